"""Every interface string has a Chinese translation, in the catalogue of the context that uses it."""

import pytest

from yitong.site import messages


@pytest.mark.parametrize("context", messages.contexts())
def test_every_message_is_translated(context):
    faults = messages.missing(context)
    listed = "\n  ".join(faults)
    assert not faults, f"{messages.po_file(context)}: run 'make messages' and translate:\n  {listed}"


def test_extraction_finds_messages_in_code_templates_and_rules(tmp_path, monkeypatch):
    package = tmp_path / "yitong" / "sample"
    (package / "templates").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "rules.py").write_text('from x import N_\nM = N_("Named in a rule")\n')
    (package / "views.py").write_text('t = ngettext("%(n)d day", "%(n)d days", n)\np = pgettext("verb", "Open")\n')
    (package / "templates" / "a.html").write_text(
        '<p>{% load i18n %}\n  {% translate "In a template" %}\n'
        "{% blocktranslate %}Hello {{ name }}{% endblocktranslate %}"
    )
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "yitong")
    monkeypatch.setattr(messages.env, "BASE_DIR", tmp_path)
    found = {(message.context, message.id) for message in messages.used("sample") if message.id}
    assert found == {
        (None, "Named in a rule"),
        (None, ("%(n)d day", "%(n)d days")),
        ("verb", "Open"),
        (None, "In a template"),
        (None, "Hello %(name)s"),
    }


def test_extracting_again_keeps_translations_and_retires_what_is_gone(tmp_path, monkeypatch):
    package = tmp_path / "yitong" / "sample"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('a = _("Stays")\nb = _("Goes")\n')
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "yitong")
    monkeypatch.setattr(messages.env, "BASE_DIR", tmp_path)
    assert messages.extract_context("sample") == (2, 2)
    file = messages.po_file("sample")
    text = file.read_text().replace('msgid "Stays"\nmsgstr ""', 'msgid "Stays"\nmsgstr "留"')
    file.write_text(text.replace('msgid "Goes"\nmsgstr ""', 'msgid "Goes"\nmsgstr "走"'))
    assert messages.missing("sample") == []
    (package / "__init__.py").write_text('a = _("Stays")\n')
    assert messages.extract_context("sample") == (1, 0)
    (package / "__init__.py").write_text('a = _("Stays")\nb = _("Goes")\n')
    assert messages.extract_context("sample") == (2, 0), "A translation comes back with its message"
    assert messages.compile_all() == 1
    assert messages.compile_all() == 0


def test_a_translation_may_not_invent_placeholders(tmp_path, monkeypatch):
    package = tmp_path / "yitong" / "sample"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text('a = _("Until %(day)s")\n')
    monkeypatch.setattr(messages, "PACKAGE", tmp_path / "yitong")
    monkeypatch.setattr(messages.env, "BASE_DIR", tmp_path)
    messages.extract_context("sample")
    file = messages.po_file("sample")
    file.write_text(
        file.read_text()
        .replace('msgstr ""\n', 'msgstr "到%(date)s"\n')
        .replace('msgstr "到%(date)s"\n"L', 'msgstr ""\n"L')
    )
    assert messages.missing("sample") == ["'Until %(day)s': its translation names other placeholders"]


def test_one_message_has_one_translation():
    """Django merges all catalogues into one: of two translations of a msgid, one would show in the wrong place."""
    chosen: dict[tuple[str, str], dict[str, str]] = {}
    for context in messages.contexts():
        for message in messages.translated(context):
            if message.id:
                plural = isinstance(message.id, tuple)
                key = (message.context or "", message.id[0] if plural else message.id)
                words = message.string if isinstance(message.string, str) else message.string[0]
                chosen.setdefault(key, {}).setdefault(words, context)
    split = {key: found for key, found in chosen.items() if len(found) > 1}
    assert not split, f"give these a context (pgettext) or one translation: {split}"
