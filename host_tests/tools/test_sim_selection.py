"""Selection by secondary address: who is meant, with wildcards, and who is not any more."""

from busline import slave
from slavetalk import ACK, NKE, UD2, ask, tell

OWN = "7804251632ad0102"


def select(meter, data, ci=0x52):
    """Whether it acknowledged."""
    answer = tell(meter, ci, data, 253)
    assert answer in (ACK, b"")
    assert (answer == ACK) == meter.selected
    return answer == ACK


def test_all_eight_bytes_must_match():
    assert select(slave(), OWN)
    for at in range(8):
        other = bytearray(bytes.fromhex(OWN))
        other[at] ^= 1
        assert not select(slave(), other.hex())


def test_each_digit_of_the_identification_has_its_wildcard():
    for digit in range(8):
        data = OWN[:digit] + "f" + OWN[digit + 1 :]
        assert select(slave(), data)
        for other in set("0123456789abcde") - {OWN[digit ^ 1]}:
            at = digit ^ 1
            assert not select(slave(), data[:at] + other + data[at + 1 :])


def test_manufacturer_version_and_medium_have_theirs_byte_by_byte():
    for at in range(8, 16, 2):
        assert select(slave(), OWN[:at] + "ff" + OWN[at + 2 :])
        # Half a wildcard is a value.
        assert not select(slave(), OWN[:at] + "f" + OWN[at + 1 :])
    assert select(slave(), "ffffffffffffffff")


def test_letters_are_digits_too():
    meter = slave()
    meter.secondary = bytes.fromhex("78e4251632ad0102")
    assert select(meter, "78e42516ffffffff")
    assert not select(meter, "78042516ffffffff")


def test_ci_56_has_each_field_most_significant_byte_first():
    assert select(slave(), "16250478ad320102", 0x56)
    assert select(slave(), "162504f8ffffff02", 0x56)
    assert not select(slave(), OWN, 0x56)


def test_a_selection_of_the_wrong_length_means_nobody():
    for data in ("", OWN[:-2], OWN + "00"):
        assert not select(slave(), data)


def test_it_answers_253_only_while_it_is_selected():
    meter = slave(7)
    assert ask(meter, UD2, 253) == b""
    assert select(meter, OWN)
    assert ask(meter, UD2, 253)[5] == 7
    assert not select(meter, "ffffff1732ad0102")
    assert ask(meter, UD2, 253) == b""


def test_snd_nke_to_253_is_acknowledged_and_deselects():
    meter = slave()
    assert ask(meter, NKE, 253) == b""
    select(meter, OWN)
    assert ask(meter, NKE, 1) == ACK
    assert meter.selected
    assert ask(meter, NKE, 253) == ACK
    assert not meter.selected
    assert ask(meter, NKE, 253) == b""


def test_a_selection_forgets_the_fcb_of_253_and_is_never_a_repeat():
    meter = slave()
    for _ in range(2):
        assert select(meter, OWN)
        assert ask(meter, UD2, 253) != ask(meter, UD2 ^ 0x20, 253)
        assert select(meter, OWN)
        first = ask(meter, UD2, 253)
        assert select(meter, OWN)
        assert ask(meter, UD2, 253) != first


def test_a_selected_meter_can_be_told_things():
    meter = slave()
    select(meter, OWN)
    assert tell(meter, 0x51, "017a05", 253) == ACK
    assert meter.address == 5 and meter.selected


def test_only_253_selects():
    for address in (1, 254, 255):
        meter = slave()
        assert tell(meter, 0x52, OWN, address) == b""
        assert not meter.selected
