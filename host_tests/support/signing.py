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
P = int(
    "be4ac062deec935f49dda71968e8951e78bcf09ec53a67d4a1ce44aaf5c3f448015932181f2cd53a46c8f937350d32ec"
    "f7fc2c4773bc72657a098ea3ccfe75bc76c1b9f0851376831e96b0a247031773acb99fb95e568cc2c4e9a7cdfde52f11"
    "5479069596675880bd943278886147d3eff2e1fd536a53698840ca236472f99bf3724bbc2ecd57a536fee820b288a9b0"
    "db51ff36a0a70fbbe58d6a20058f78230bb0d2d502a3f02293862d9fce9920e0391f3922e553e26e0e8d46a91b408e29",
    16,
)
# Of Q, modulo P.
INVERSE = int(
    "800221334395bdf3b6a23ca66ec3b12fecdc9fe2e44d1fd4ce91a5a0185f39198e1be19a737d0e82b9be4c51402b8c3d"
    "ab6c6120d498dcda8f25dd14f063acb2fa56a092117e58fe2182d5918da76ade30ba8fe11b55d1655bc4f94c3ae40cf8"
    "b8e72cc8c1c444309628be46b99ffe42ec17d50e35e7b8c37e68177b4ebaf06cad06ddf101710d63eb6c469e8b971eda"
    "6b06489c46c374017dd46f8bd7655835f116f362abae17cdf38780ce9cea54bf985784d00788c8e723f49e64e32877ef",
    16,
)
Q = N // P
D_P = int(
    "60d12791265ab7a083b482902b102ace961f8b4d3c8bbac8348afde4fda5f563ad4bf470d16bbe1128729859be6438c4"
    "d867352025827bb1a5a5b72d1fdf5787cbe444f65abecc4d6a02c15bcf45836917385a4bb5f3d32a45859c1af252e8df"
    "a85aeb3eb08764401c348a7948ea35e15ef3f4872f29a9c6c7cc2f0c52cf2cb06bec7b1c03b3f623d91758834a52be03"
    "7d92fa8690b66f0aea8048be8215bcca17e89f5c413ba7b1efdd14d97a03eef62619fcb80475e97e9568cbcabe52da01",
    16,
)
D_Q = int(
    "9c0c15d299a7777fa83bff7dc08283e0f3845dd6e6c22ecf8a3f59c2fda41f2bc3bee79d07f80da84a02ef914479eb53"
    "13274d1c764af6d0b3b1b603f5fb548c7fbbc1a06b0f5f1eaea47763a180e242f94abe47a7114f858b0611823d5c8f24"
    "afa3ae27431c2de5e2c7a77b1ef12908d40f74e9d765a4af9cf0fffccca90ca4075be0f31f11d4c37b820716f9b046b8"
    "9558af9ffe63c5ceb3933546da9fe20a959078d95c34d5f21b37df94c71b91d15ca1cf26e859394a0f87005fda023861",
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
    """What comes out as this block of 384 bytes when it is checked; by both primes, which is four times faster."""
    told = int.from_bytes(block, "big")
    by_q = pow(told % Q, D_Q, Q)
    return (by_q + (pow(told % P, D_P, P) - by_q) * INVERSE % P * Q).to_bytes(384, "big")


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
