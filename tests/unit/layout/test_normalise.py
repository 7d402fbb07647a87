import pytest

from assets.layout.normalise import (
    chinese_to_int,
    int_to_chinese,
    label_core,
    split_ordinal,
    squeeze,
)


def test_squeeze_removes_every_kind_of_space_and_unifies_width():
    assert squeeze(" １２\u00a0\u3000\u200b\ufeff\t\n３\u00ad（一）：") == "123(一):"


@pytest.mark.parametrize(
    ("text", "squeezed"),
    [
        ("規範性檔案", "规范性文件"),
        ("政府資訊公開", "政府信息公开"),
        ("上一年專案數量", "上一年项目数量"),
        ("某市檔案局", "某市档案局"),
        ("市國家檔案館", "市国家档案馆"),
        ("查阅档案", "查阅档案"),
    ],
)
def test_squeeze_knows_words_of_taiwan_where_its_characters_are_printed(text: str, squeezed: str):
    assert squeeze(text) == squeezed


def test_squeeze_keeps_the_mark_of_an_unreadable_character():
    assert squeeze("国\ufffd") == "国\ufffd"


@pytest.mark.parametrize(
    ("text", "ordinal", "rest"),
    [
        ("（一）予以公开", "(一)", "予以公开"),
        ("一、本年新收", "一、", "本年新收"),
        ("3、对外", "3、", "对外"),
        ("1.属于", "1.", "属于"),
        ("１．属于", "1.", "属于"),
        ("(1)属于", "(1)", "属于"),
        ("1) 属于", "1)", "属于"),
        ("①规章", "(1)", "规章"),
        ("⒈规章", "1.", "规章"),
        ("十二、其他", "十二、", "其他"),
        ("(一)", "(一)", ""),
        ("一、2023年工作", "一、", "2023年工作"),
        ("1、2023年", "1、", "2023年"),
        ("1、2、3", "", "1、2、3"),
        ("1.5", "", "1.5"),
        ("1,000", "", "1,000"),
        ("2023.1", "", "2023.1"),
        ("一是加强", "", "一是加强"),
        ("总计", "", "总计"),
        ("", "", ""),
    ],
)
def test_split_ordinal(text, ordinal, rest):
    assert split_ordinal(text) == (ordinal, rest)


@pytest.mark.parametrize(
    ("text", "core"),
    [
        ("（七） 总 计", "总计"),
        ("三、（一）予以公开", "予以公开"),
        ("第二十条第（一）项", "第二十条第一项"),
        ("本年增/减", "本年增减"),
        ("“其他”《处理》。", "其他处理"),
        ("1.属于国家\n秘密", "属于国家秘密"),
        ("（三）", ""),
        ("……", ""),
    ],
)
def test_label_core(text, core):
    assert label_core(text) == core


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")],
)
def test_chinese_numerals_both_ways(number, text):
    assert int_to_chinese(number) == text
    assert chinese_to_int(text) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (100, "一百"),
        (102, "一百零二"),
        (110, "一百一十"),
        (1005, "一千零五"),
        (0, "0"),
        (10000, "10000"),
    ],
)
def test_larger_chinese_numerals(number, text):
    assert int_to_chinese(number) == text


@pytest.mark.parametrize("text", ["", "十十", "一二", "年", "1.5"])
def test_what_is_no_numeral(text):
    assert chinese_to_int(text) is None
