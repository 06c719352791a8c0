from dataclasses import fields
from pathlib import Path

import pytest

from opinion_nlp import settings as settings_module
from opinion_nlp.errors import ConfigError
from opinion_nlp.settings import Settings, cache_dir, data_dir, load_settings


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_without_file_and_environment(folder):
    assert load_settings(environ={}) == Settings()


def test_every_setting_has_a_reader():
    assert set(settings_module._READERS) == {field.name for field in fields(Settings)}


def test_the_file_in_the_working_folder_is_read(folder):
    (folder / "opinion_nlp.toml").write_text(
        'workers = 3\nchunk_rows = 500\nlang = "en"\ntext_columns = ["Lời dân"]\n', encoding="utf-8"
    )
    assert load_settings(environ={}) == Settings(workers=3, chunk_rows=500, lang="en", text_columns=("Lời dân",))


def test_the_environment_wins_over_the_file(folder):
    (folder / "mine.toml").write_text("workers = 3\nchunk_rows = 7\n", encoding="utf-8")
    got = load_settings(environ={"OPINION_NLP_CONFIG": "mine.toml", "OPINION_NLP_WORKERS": "5"})
    assert (got.workers, got.chunk_rows) == (5, 7)


def test_the_named_file_wins_over_the_variable(folder):
    (folder / "a.toml").write_text("workers = 3\n", encoding="utf-8")
    (folder / "b.toml").write_text("workers = 4\n", encoding="utf-8")
    assert load_settings("b.toml", environ={"OPINION_NLP_CONFIG": "a.toml"}).workers == 4


def test_paths_are_relative_to_the_file_and_uris_are_kept(folder):
    (folder / "conf").mkdir()
    (folder / "conf" / "s.toml").write_text('model = "mine"\ndata = "kho"\n', encoding="utf-8")
    got = load_settings("conf/s.toml", environ={})
    assert (got.model, got.data) == (str(Path("conf/mine")), Path("conf/kho"))
    got = load_settings(environ={"OPINION_NLP_MODEL": "models:/opinion-nlp@champion"})
    assert got.model == "models:/opinion-nlp@champion"


def test_an_empty_variable_is_as_good_as_none(folder):
    assert load_settings(environ={"OPINION_NLP_MODEL": "", "OPINION_NLP_CONFIG": ""}) == Settings()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("worker = 2\ncolour = 1\n", r"unknown settings colour, worker\. Known are model, data"),
        ("workers = 2.5\n", "workers must be a whole number of at least 0, got 2.5"),
        ("workers = true\n", "workers must be a whole number"),
        ("chunk_rows = 0\n", "chunk_rows must be a whole number of at least 1, got 0"),
        ('lang = "fr"\n', "lang must be one of vi, en, got 'fr'"),
        ("text_columns = [1]\n", "text_columns must be a list of column names"),
        ('model = ""\n', "model must be a non-empty string"),
        ("workers 2\n", "this is not a TOML file"),
    ],
)
def test_what_does_not_fit_is_named(folder, content, message):
    (folder / "s.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load_settings("s.toml", environ={})
    assert str(caught.value).startswith("s.toml: ")


def test_a_named_file_must_exist(folder):
    with pytest.raises(ConfigError, match=r"gone\.toml: there is no settings file here"):
        load_settings("gone.toml", environ={})


def test_data_dir_order(folder, monkeypatch):
    assert data_dir(Settings(data=Path("kho"))) == Path("kho")
    checkout = folder / "checkout"
    module = checkout / "src" / "opinion_nlp" / "settings.py"
    module.parent.mkdir(parents=True)
    monkeypatch.setattr(settings_module, "__file__", str(module))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
    (folder / "shared" / "data").mkdir(parents=True)
    assert data_dir(Settings()) == cache_dir() / "data"
    (checkout / "pyproject.toml").write_text("", encoding="utf-8")
    assert data_dir(Settings()) == folder / "shared" / "data"
    assert not (folder / "cache").exists()


@pytest.mark.parametrize(
    ("platform", "environ", "ending"),
    [
        ("linux", {"XDG_CACHE_HOME": "/x"}, "/x/opinion-nlp"),
        ("linux", {}, "/.cache/opinion-nlp"),
        ("darwin", {}, "/Library/Caches/opinion-nlp"),
        ("win32", {"LOCALAPPDATA": "C:/L"}, "C:/L/opinion-nlp"),
        ("win32", {}, "/AppData/Local/opinion-nlp"),
    ],
)
def test_cache_dir_per_platform(platform, environ, ending):
    assert cache_dir(environ=environ, platform=platform).as_posix().endswith(ending)
