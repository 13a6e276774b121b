"""The files `code_sets` and `local_codes`: versions of code sets (业务编码), and of areas' own codes."""

from datetime import date

from services.cli.registry_import.pages.versioned_file import VersionedFile
from services.cli.registry_import.rows import area, code, day, integer, text
from shared.messages.body import Area, Identifier, Text
from shared.messages.enrollment.network.code_sets import Code, PublishCodeSet, Version
from shared.messages.enrollment.network.local_codes import LocalCode, MapVersion, PublishLocalCodes


class _Code(Code):
    set_id: Identifier
    set_version: Version
    in_force_from: date
    source: Text


class _LocalCode(LocalCode):
    area: Area
    set_id: Identifier
    map_version: MapVersion
    in_force_from: date


CODE_SETS = VersionedFile(
    name="code_sets",
    form=_Code,
    request=PublishCodeSet,
    of_version=("set_id", "set_version", "in_force_from", "source"),
    number="set_version",
    code=Code,
    code_name="code",
    columns={
        "set_id": code,
        "set_version": integer,
        "in_force_from": day,
        "source": text,
        "code": code,
        "name_zh": text,
    },
    optional={"name_en": text},
)
LOCAL_CODES = VersionedFile(
    name="local_codes",
    form=_LocalCode,
    request=PublishLocalCodes,
    of_version=("area", "set_id", "map_version", "in_force_from"),
    number="map_version",
    code=LocalCode,
    code_name="local_code",
    columns={
        "area": area,
        "set_id": code,
        "map_version": integer,
        "in_force_from": day,
        "local_code": code,
        "code": code,
    },
    optional={},
)
VERSIONED = {one.name: one for one in (CODE_SETS, LOCAL_CODES)}
