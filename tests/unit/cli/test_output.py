"""What commands print is what was said: no part of an ARN becomes a picture."""

from __future__ import annotations

import pytest

from harness.commands import output

ARN = "arn:aws:secretsmanager:us-east-1:111122223333:secret:shop"


@pytest.mark.parametrize("to", [output.print_table, output.progress], ids=["result", "progress"])
def test_an_arn_stays_as_it_is(capsys, to):
    if to is output.progress:
        output.progress().print(ARN)
    else:
        shown = output.table("arn")
        shown.add_row(ARN)
        output.print_table(shown)

    said = capsys.readouterr()
    assert ARN in said.out + said.err
