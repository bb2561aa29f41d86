"""Release files signed without `cryptography`, on every interpreter: by a key that is for tests alone."""

import hashlib

from lumbus.release import form

N = int(
    "99b5f132be00062a79cbf0e3ef2e7ec07b5b3ef3e2e4401a58d5e97d5406b732cb7f8fb90763675f2e5e9d06d69d18c1"
    "ab48d69798b9583cdae8bf47a04c218e03f732a715e0414236622a163e91c756335adfadfcc4a7c7e95a356a37a0fcc4"
    "d449bd85c07ff800356a531207fc2fa15aced8cdf218ef24c9f6e1e619c53788260c17adda9771b595737a077e0a03fc"
    "82546fe31d5b6dea835dcfcfa705c37669dad658d727deefda35a29e88cbf94ab29125f6aa13d36f7dee8bb42fc46627"
    "f6db9c316db6e0819dd66579a6d34cb88850edc34b5190fab3f7f63c74c6b3bfceaed6dba1f7b058933267a3c1dffec7"
    "1482da68fcb83cf4ef01c1dde265f3740f00b8b4476c1d2f31681c080ed6ebde5641f7137c3f36d9a3e880acbe2f85ce"
    "1835de7ff14c9ee700f4b565cd8311aff6c6b398cfe490af881c99b850aaae9af99764c9d22e74c05ca831da7bc5623e"
    "5aebf03d3aaf55295736f88c6a7bf23b427b2ad866c6d2e717be4923474efdce2d51f33e8018563df7c2d6542b1d0a9b",
    16,
)
D = int(
    "2098fbba699de2b0de5c984d167bd348a9c07b94c840e4b151b6a7ca3ae823b0e3843d6c1d7b80c0283acb6d58553f9b"
    "4ee267140641044bff96cd7df8aa3c917c18d006ac367f5075ed1284de2717519a198307486c4232bcb3b3513fd3e5d7"
    "2e382737b6cfccbdea960e60ec0d98e24cba423346ccefe66ae86f16d7cf41cc1f59802a1009ff04e5d973ff23c526fc"
    "457d77af001a5430a044645e62caef9d6cac8ab99383729d8636cab2794b5ca6714123fe702a3d344f4e281581edd246"
    "0237d2efbb2cceb3f9940ca093e74f8ee38a5cef219f211b5dfa11cf45153251aea266eaee68dccca13bcf400f33a1a3"
    "8c108a89645318ec5b20de22d14020b66bac7059c8f1d59301aaf0e055ab631c67a5e020cb37e5ce2aa1a8f8eef962d4"
    "5673277de787ece6186edae7a79bd4f4a3606be96d862f91d7e1b6380000cf9544630dd07aeb7694190d01bfea5d0aeb"
    "92155901662da934dc71e9dc62b2fbed95d5efa566cb93b1d3440ae9406480288ea8341360558a6f70d70c922224ddc9",
    16,
)
# Of somebody else's key.
OTHER_N = int(
    "b46955b7491383a1960c08e5eeb9dda96934fa70aedc8a5cb2cff59623fc86294aa7ecf7e095d1798106ec69aa89f63b"
    "84ea9d1ede5fb9288cb01b1111998e0d877f47a9af4d078868d93daab8dd57b97e3ea73ba3e4d889d29c7e9611e2f16d"
    "b65cd3479c29954e2eea59496fc5b7a4195e3adabd99b85f1a56482d46f1fc043e4f36de2bd53096c9c0e618ba3c0e77"
    "fd7907e0fc757fd00d0e326a6158b812d7e08e6630eb2fa6f15d7cd0f510eeb781fda4814e7a87dbf0fa6dec2cae09ab"
    "d6db218d6223e1987331ef05ae09638650db55d0c1ed5485d151a56994b51f9fdcbd008ddd5ae4c51ed373cc528658e2"
    "844e1a42a24c3b04a3b7b18790bb7c1dd6d8464dd147167b6c540f13809da553ef50d644a6a66b6b48d5a5a16abaa96f"
    "50477e404dae1ca655c626b05d34602657bf3cc1e96eb18de1c8ff04b5d29612047bbce8e2977ce969519174e23e1ab3"
    "c472371e75d72a5157d1101ce8b35d4774e33eb3350009b8ca33a75b4eef15e7b0836c906cb115af4f780fadc0fbdcf5",
    16,
)
_BEFORE = bytes.fromhex("308201a2300d06092a864886f70d01010105000382018f003082018a0282018100")
_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
USUAL = [("version", "0.2.0"), ("kind", "application"), ("boards", "*"), ("micropython", "1.23"), ("mpy", "6")]


def der(n=N):
    """The public key as lumbus key writes it."""
    return _BEFORE + n.to_bytes(384, "big") + b"\x02\x03\x01\x00\x01"


def padded(digest):
    return b"\x00\x01" + b"\xff" * (384 - 3 - len(_INFO) - len(digest)) + b"\x00" + _INFO + digest


def signed(block):
    """What comes out as this block of 384 bytes when it is checked."""
    return pow(int.from_bytes(block, "big"), D, N).to_bytes(384, "big")


def sign(manifest):
    return signed(padded(hashlib.sha256(manifest).digest()))


def release(files, **changed):
    """A whole release file of {path: content}; changed: lines that are otherwise, downgrade="0.3.0" one more."""
    told = [(name, changed.get(name, value)) for name, value in USUAL]
    if "downgrade" in changed:
        told.append(("downgrade-from", changed["downgrade"]))
    return of_manifest(form.manifest(told, files), files)


def of_manifest(manifest, files):
    return form.put_together(manifest, sign(manifest), files)
