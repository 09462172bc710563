"""DynamoDB tables, served by moto's backend behind LocalStack's gateway, without Java.

LocalStack's own provider stands before DynamoDB Local, a Java program that it downloads. moto keeps
tables in memory, in the emulator's process.
Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/Welcome.html
"""

from __future__ import annotations

from harness.overlays.core import Overlay


class Tables(Overlay):
    name = "tables"
    fills = "DynamoDB: tables, transactions and streams, without Java or a download"


overlay = Tables()
