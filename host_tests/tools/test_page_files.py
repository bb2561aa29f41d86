"""The page's files: small, nothing from elsewhere, joined for a board so that nothing changes but their size."""

import gzip
import re

import pytest

from lumbus import pages

MOST_BYTES = 40 * 1024


@pytest.fixture(scope="module")
def files():
    return pages.files()


def test_all_of_them_compressed_are_small(files, tmp_path):
    pages.put_pages(tmp_path)
    laid_out = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    assert laid_out.keys() == {f"{name}.gz" for name in files}
    assert sum(map(len, laid_out.values())) <= MOST_BYTES
    assert all(gzip.decompress(laid_out[f"{name}.gz"]) == content for name, content in files.items())


def test_a_board_gets_one_script(files):
    assert sorted(files) == ["app.js", "icon.svg", "index.html", "style.css"]
    script = files["app.js"].decode()
    assert not re.search(r"^\s*(import|export)\b|\bimport\(", script, re.M)
    for source in pages.PAGES.glob("*.js"):
        assert source.stem == pages.MAIN or f"const ${source.stem} = " in script


def test_nothing_comes_from_elsewhere_and_nothing_is_inline(files):
    for name, content in files.items():
        text = content.decode().replace('xmlns="http://www.w3.org/2000/svg"', "")
        text = text.replace('"http://www.w3.org/2000/svg"', "").replace("http://${address}/", "")
        assert not re.search(r"https?:|//[a-z]+\.|@import|url\(", text), name
    page = files["index.html"].decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page)
    assert "innerHTML" not in files["app.js"].decode() and "eval(" not in files["app.js"].decode()


def test_what_the_pages_ask_for_is_there(files):
    asked = re.findall(r'(?:href|src)="/([\w.]+)"', files["index.html"].decode())
    assert asked and set(asked) <= files.keys()


def test_scripts_join_behind_what_they_import(tmp_path):
    (tmp_path / "one.js").write_text('// A.\nimport { two } from "./two.js";\nexport const one = () => two() + 1;\n')
    (tmp_path / "two.js").write_text("/** B. */\nexport function two() {\n  return 2;\n}\n")
    (tmp_path / "app.js").write_text('const load = (name) => import(`./${name}.js`);\nload("one").one();\n')
    text = pages.joined(tmp_path)
    assert text.index("const $two") < text.index("const $one") < text.index("const load")
    assert "const { two } = $two;" in text and "return { one };" in text and "// A" not in text
    assert "const load = (name) => ({ two: $two, one: $one })[name];" in text


@pytest.mark.parametrize(
    "text",
    [
        'import one from "./one.js";\n',
        'import {\n  one,\n} from "./one.js";\n',
        "export default 1;\n",
        "export { one };\n",
        'import { app } from "./app.js";\nexport const one = 1;\n',
    ],
)
def test_what_cannot_be_joined_is_refused(tmp_path, text):
    (tmp_path / "one.js").write_text(text)
    (tmp_path / "app.js").write_text('import { one } from "./one.js";\nconst load = (name) => import(name);\n')
    with pytest.raises(ValueError):
        pages.joined(tmp_path)
