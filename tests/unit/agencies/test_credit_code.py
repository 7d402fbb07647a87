import pytest

from schemas.credit_code import credit_code_fault, credit_codes_in, organisation_codes_in

REAL = (
    "114420000073329991",
    "11341702486344515H",
    "12620600MB0523338C",
    "11370900004341590P",
    "113325000026455663",
    "11371082004363781R",
)


@pytest.mark.parametrize("code", REAL)
def test_codes_of_real_pages_are_valid(code: str) -> None:
    assert credit_code_fault(code) is None


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("114420000073329992", "character 18"),
        ("11442000007332999X", "character 18"),
        ("114420000073329981", "character 17"),
        ("11442000007332999", "has 18 characters"),
        ("11442000007332999I", "has 18 characters"),
    ],
)
def test_a_wrong_character_is_named(code: str, words: str) -> None:
    assert words in (credit_code_fault(code) or "")


def test_every_single_wrong_digit_is_found() -> None:
    for place in range(8, 18):
        for digit in "0123456789":
            code = REAL[0][:place] + digit + REAL[0][place + 1 :]
            assert (credit_code_fault(code) is None) == (code == REAL[0])


def test_codes_are_found_in_index_numbers_and_addresses() -> None:
    assert credit_codes_in("11371082004363781R/2024-00012") == ("11371082004363781R",)
    address = "http://x.gov.cn/xxgkAnnualReport.jsp?area=113325000026455663&fbtime=2022"
    assert credit_codes_in(address) == ("113325000026455663",)
    assert credit_codes_in("114420000073329992/2024-1") == ()
    assert organisation_codes_in("014320144/2015-00056") == ("014320144",)
    assert organisation_codes_in("00820288-9/2024-13543") == ("008202889",)
    assert organisation_codes_in("13566001/2024-07705") == ()
