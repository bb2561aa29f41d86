"""Test files of plain test_ functions that another interpreter runs: their collection, and how a failure reads."""

import ast
from pathlib import Path

import pytest


def verdicts(output: str) -> dict[str, str]:
    """By test, from what run_tests printed: "" where it passed, else its traceback."""
    found = {}
    for part in output.split("\n@@ ")[1:]:
        head, _, text = part.partition("\n")
        verdict, name = head.split(" ", 1)
        if verdict in ("passed", "failed"):
            found[name] = text if verdict == "failed" else ""
    return found


def printed(output: str) -> dict[str, str]:
    """By test, what it printed itself: that stands before its verdict."""
    before, *parts = output.split("\n@@ ")
    found = {}
    for part in parts:
        head, _, text = part.partition("\n")
        verdict, _, name = head.partition(" ")
        found[name] = before
        before = "" if verdict == "failed" else text
    return found


class OtherFile(pytest.File):
    """One test file under another interpreter, which `what` names."""

    what = ""
    # Before the file's name in reports.
    short = ""
    # A test with this on its line is left out.
    left_out: str | None = None

    @classmethod
    def beside(cls, parent, path: Path):
        """The collector of `path`, whose tests are reported under a name of their own."""
        name = f"{cls.short}:{path.name}"
        return cls.from_parent(parent, path=path, name=name, nodeid=f"{parent.nodeid}/{name}")

    def collect(self):
        lines = self.path.read_text().splitlines()
        for node in ast.parse("\n".join(lines)).body:
            if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
                continue
            if self.left_out is None or self.left_out not in lines[node.lineno - 1]:
                yield OtherTest.from_parent(self, name=node.name)

    def require(self) -> None:
        """Skip, or fail, when the interpreter is not there."""
        raise NotImplementedError

    def output(self) -> str:
        """What run_tests prints of this file; asked for once a test."""
        raise NotImplementedError

    def result(self, name: str) -> str:
        """ "" when the test passed, else what it printed."""
        output = self.output()
        return verdicts(output).get(name, f"did not run to its end; {self.what} said:\n{output}")


class OtherTest(pytest.Item):
    def runtest(self):
        assert isinstance(self.parent, OtherFile)
        self.parent.require()
        text = self.parent.result(self.name)
        # For -rP; what a passed one has printed is its figures.
        print(printed(self.parent.output()).get(self.name, ""))
        if text:
            raise OtherFailure(text)

    def repr_failure(self, excinfo, style=None):
        if isinstance(excinfo.value, OtherFailure):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self):
        assert isinstance(self.parent, OtherFile)
        return self.path, None, f"{self.parent.what}: {self.name}"


class OtherFailure(Exception):
    """A test failed under another interpreter; the text is its traceback."""
