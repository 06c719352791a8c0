import gzip
import json
from pathlib import Path

import pytest

from opinion_nlp.errors import CorpusNotFoundError
from opinion_nlp.features.lexicon import fold
from opinion_nlp.training.corpora import CORPORA
from opinion_nlp.training.duplicates import near_duplicates
from opinion_nlp.training.lessons import MAX_CHARACTERS, SOURCES, Source, cut_article, gather_lesson_texts, vary_lesson

PLACES = ("xã Hòa Mai", "phường Trung An", "thôn Gò Sậy", "xóm Bến Đá", "ấp Cầu Ván")
THINGS = ("con đường", "cây cầu", "ngôi chợ", "trạm bơm", "nhà văn hóa", "bờ kênh", "sân bóng", "bãi rác")
COMMENTS = [f"Bà con {place} nói {thing} năm nay khác hẳn năm trước" for place in PLACES for thing in THINGS]
ARTICLES = [
    f"Sáng nay {place} họp về {thing}. Ông Tám hỏi bao giờ xong! Xã trả lời tháng sau… Bà con ở đó ra về."
    for place in PLACES
    for thing in THINGS
]


def write(folder: Path, corpus: str, part: str, texts: list[str]) -> None:
    path = folder / CORPORA[corpus].folder / CORPORA[corpus].parts[part]
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = "".join(json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
    with (gzip.open if path.suffix == ".gz" else open)(path, "wt", encoding="utf-8") as stream:
        stream.write(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "vsmec", "train", COMMENTS)
    write(tmp_path, "vov10", "train", ARTICLES)
    return tmp_path


COMMENTS_ONLY = (Source("vsmec", "train", 100),)


@pytest.mark.parametrize("text", ["", "  \n\n ", "Mưa to", "Mưa to.", "TP. Trung An: ngập 2.5 m!"])
def test_a_text_of_few_sentences_stays_in_one_piece(text: str):
    assert cut_article(text, 3) == ([text] if text.strip() else [])


def test_an_article_is_cut_after_so_many_sentences_and_at_lines():
    text = "Đường ngập?\nChợ vắng…  Xã họp.\n\nBà con lo! Mai nắng."
    assert cut_article(text, 2) == ["Đường ngập? Chợ vắng…", "Xã họp. Bà con lo!", "Mai nắng."]
    assert cut_article(text, 1) == ["Đường ngập?", "Chợ vắng…", "Xã họp.", "Bà con lo!", "Mai nắng."]
    assert cut_article(text, 9) == ["Đường ngập? Chợ vắng… Xã họp. Bà con lo! Mai nắng."]


def test_texts_come_once(folder: Path):
    write(folder, "aivivn", "train", COMMENTS[:10])
    texts = gather_lesson_texts([], folder, sources=(*COMMENTS_ONLY, Source("aivivn", "train", 100)))
    assert sorted(texts) == sorted(COMMENTS)


def test_some_are_varied_and_every_variant_knows_its_text():
    texts = [f"Bà con thôn {n} phản ánh không ai biết nhà thờ ở Lạng Sơn mở cửa lúc nào" for n in range(400)]
    variants, origin = vary_lesson(texts, seed=3)
    assert 0.25 * len(texts) < len(variants) < 0.45 * len(texts)
    for variant, row in zip(variants, origin, strict=True):
        assert variant != texts[row]
        assert str(row) in variant
    again, _ = vary_lesson(texts, seed=3)
    assert variants == again
    kinds = {"bare": fold(texts[0])[:6], "faith or people": " người "}
    assert any(variant.startswith(kinds["bare"]) for variant in variants)
    assert any("nhà thờ" not in variant and "Bà con" in variant for variant in variants)


def test_no_more_are_taken_than_wanted_and_the_seed_says_which(folder: Path):
    sources = (Source("vsmec", "train", 7),)
    first = gather_lesson_texts([], folder, sources=sources)
    assert len([text for text in first if text in COMMENTS]) == 7
    assert first == gather_lesson_texts([], folder, sources=sources)
    assert set(first) != set(gather_lesson_texts([], folder, sources=sources, seed=1))


def test_articles_are_cut(folder: Path):
    texts = gather_lesson_texts([], folder, sources=(Source("vov10", "train", 1_000, 2),))
    assert "Sáng nay xã Hòa Mai họp về con đường. Ông Tám hỏi bao giờ xong!" in texts
    assert texts.count("Xã trả lời tháng sau… Bà con ở đó ra về.") == 1
    whole = gather_lesson_texts([], folder, sources=(Source("vov10", "train", 1_000),))
    assert ARTICLES[0] in whole


def test_long_texts_are_cut_and_texts_without_words_left_out(folder: Path):
    write(folder, "vsfc", "train", ["Đường " * 200, "!!! 🙂", "  ", "Chợ mới mở"])
    texts = gather_lesson_texts([], folder, sources=(Source("vsfc", "train", 9),))
    assert max(map(len, texts)) <= MAX_CHARACTERS
    assert "Chợ mới mở" in texts
    assert all(any(letter.isalpha() for letter in text) for text in texts)


def test_nothing_stays_that_is_near_a_text_kept_apart_or_a_piece_of_it(folder: Path):
    kept_apart = [COMMENTS[3].upper() + "!!", COMMENTS[11], f"Tin mới. {ARTICLES[5]}"]
    sources = (*COMMENTS_ONLY, Source("vov10", "train", 1_000, 2))
    everything = gather_lesson_texts([], folder, sources=sources)
    texts = gather_lesson_texts(kept_apart, folder, sources=sources)
    assert near_duplicates(everything, kept_apart).sum() >= 2
    assert not near_duplicates(texts, kept_apart).any()
    pieces = cut_article(ARTICLES[5], 2)
    assert all(piece in everything and piece not in texts for piece in pieces)
    assert len([text for text in texts if text in COMMENTS]) > len(COMMENTS) / 2


def test_a_corpus_that_is_not_there_is_named(folder: Path):
    with pytest.raises(CorpusNotFoundError, match="victsd: there is no"):
        gather_lesson_texts([], folder, sources=(Source("victsd", "train", 9),))


def test_every_source_is_a_part_of_a_corpus_and_none_that_is_measured_on():
    for source in SOURCES:
        assert source.part in CORPORA[source.corpus].parts
        assert (source.corpus, source.part) not in {("vord", "dev"), ("vsfc", "dev"), ("vsmec", "dev")}
