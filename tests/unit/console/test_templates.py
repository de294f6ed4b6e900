"""Every template that a page or another template names is there."""

import re
from pathlib import Path

import pollready

PACKAGE = Path(pollready.__file__).parent
TEMPLATES = PACKAGE / "console" / "templates"
NAMED = re.compile(r"""["']((?:[a-z_]+/)+[a-z_]+\.html)["']""")
OF_OTHERS = ("account/", "mfa/")  # allauth's own, where ours are not needed


def test_every_template_that_is_named_is_there():
    written = [*TEMPLATES.rglob("*.html"), *PACKAGE.rglob("*.py")]
    named = {name for file in written for name in NAMED.findall(file.read_text("utf-8"))}
    missing = {
        name
        for name in named
        if not name.startswith(OF_OTHERS) and not (TEMPLATES / name).is_file()
    }
    assert named
    assert missing == set()
