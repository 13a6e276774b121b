"""The structure of two ISO 20022 messages, as their public definitions give it, and a check against it.

Written down for these tests: the elements of each type in their order, how often each may stand (`?` at most
once, `*` any times, `+` at least once, else exactly once), and the types of what is written or read here.
What a type with `...` holds further is not looked into.
"""

import re
from typing import Any

PAIN = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"

SHARED = {
    "Account": "Id:AccountId Tp?:... Ccy?:Currency Nm?:Max70 Prxy?:...",
    "AccountId": "|IBAN:Iban Othr:OtherAccount",
    "OtherAccount": "Id:Max34 SchmeNm?:... Issr?:Max35",
    "Agent": "FinInstnId:Institution BrnchId?:...",
    "Institution": "BICFI?:Bic ClrSysMmbId?:Member LEI?:... Nm?:Max140 PstlAdr?:... Othr?:...",
    "Member": "ClrSysId?:System MmbId:Max35",
    "System": "|Cd:Max5 Prtry:Max35",
    "Party": "Nm?:Max140 PstlAdr?:... Id?:... CtryOfRes?:... CtctDtls?:...",
    "DateChoice": "|Dt:Date DtTm:DateTime",
    "Remittance": "Ustrd*:Max140 Strd*:...",
    "Purpose": "|Cd:Max4 Prtry:Max35",
}
PAIN_TYPES = SHARED | {
    "Document": "CstmrCdtTrfInitn:Initiation",
    "Initiation": "GrpHdr:Head PmtInf+:Part SplmtryData*:...",
    "Head": "MsgId:Max35 CreDtTm:DateTime Authstn*:... NbOfTxs:Count CtrlSum?:Decimal InitgPty:Party "
    "FwdgAgt?:Agent InitnSrc?:...",
    "Part": "PmtInfId:Max35 PmtMtd:Method ReqdAdvcTp?:... BtchBookg?:Boolean NbOfTxs?:Count CtrlSum?:Decimal "
    "PmtTpInf?:... ReqdExctnDt:DateChoice PoolgAdjstmntDt?:Date Dbtr:Party DbtrAcct:Account DbtrAgt:Agent "
    "DbtrAgtAcct?:Account InstrForDbtrAgt?:Max140 UltmtDbtr?:Party ChrgBr?:... ChrgsAcct?:Account "
    "ChrgsAcctAgt?:Agent CdtTrfTxInf+:Transfer",
    "Transfer": "PmtId:PaymentId PmtTpInf?:... Amt:Amount XchgRateInf?:... ChrgBr?:... MndtRltdInf?:... "
    "ChqInstr?:... UltmtDbtr?:Party IntrmyAgt1?:Agent IntrmyAgt1Acct?:Account IntrmyAgt2?:Agent "
    "IntrmyAgt2Acct?:Account IntrmyAgt3?:Agent IntrmyAgt3Acct?:Account CdtrAgt?:Agent CdtrAgtAcct?:Account "
    "Cdtr?:Party CdtrAcct?:Account UltmtCdtr?:Party InstrForCdtrAgt*:... InstrForDbtrAgt?:Max140 "
    "Purp?:Purpose RgltryRptg*:... Tax?:... RltdRmtInf*:... RmtInf?:Remittance SplmtryData*:...",
    "PaymentId": "InstrId?:Max35 EndToEndId:Max35 UETR?:...",
    "Amount": "|InstdAmt:Money EqvtAmt:...",
}
CAMT_TYPES = SHARED | {
    "Document": "BkToCstmrStmt:Message",
    "Message": "GrpHdr:Head Stmt+:Statement SplmtryData*:...",
    "Head": "MsgId:Max35 CreDtTm:DateTime MsgRcpt?:Party MsgPgntn?:... OrgnlBizQry?:... AddtlInf?:Max500",
    "Statement": "Id:Max35 StmtPgntn?:... ElctrncSeqNb?:Decimal RptgSeq?:... LglSeqNb?:Decimal "
    "CreDtTm?:DateTime FrToDt?:... CpyDplctInd?:... RptgSrc?:... Acct:OwnAccount RltdAcct?:Account "
    "Intrst*:... Bal+:Balance TxsSummry?:... Ntry*:Entry AddtlStmtInf?:Max500",
    "OwnAccount": "Id:AccountId Tp?:... Ccy?:Currency Nm?:Max70 Prxy?:... Ownr?:Party Svcr?:Agent",
    "Balance": "Tp:BalanceType CdtLine*:... Amt:Money CdtDbtInd:Direction Dt:DateChoice Avlbty*:...",
    "BalanceType": "CdOrPrtry:Purpose SubTp?:...",
    "Entry": "NtryRef?:Max35 Amt:Money CdtDbtInd:Direction RvslInd?:Boolean Sts:Purpose BookgDt?:DateChoice "
    "ValDt?:DateChoice AcctSvcrRef?:Max35 Avlbty*:... BkTxCd:... ComssnWvrInd?:Boolean AddtlInfInd?:... "
    "AmtDtls?:... Chrgs?:... TechInptChanl?:... Intrst?:... CardTx?:... NtryDtls*:Details "
    "AddtlNtryInf?:Max500",
    "Details": "Btch?:... TxDtls*:Transaction",
    "Transaction": "Refs?:References Amt?:Money CdtDbtInd?:Direction AmtDtls?:... Avlbty*:... BkTxCd?:... "
    "Chrgs?:... Intrst?:... RltdPties?:Parties RltdAgts?:... LclInstrm?:... Purp?:Purpose RltdRmtInf*:... "
    "RmtInf?:Remittance RltdDts?:... RltdPric?:... RltdQties*:... FinInstrmId?:... Tax?:... RtrInf?:Return "
    "CorpActn?:... SfkpgAcct?:... CshDpst*:... CardTx?:... AddtlTxInf?:Max500 SplmtryData*:...",
    "References": "MsgId?:Max35 AcctSvcrRef?:Max35 PmtInfId?:Max35 InstrId?:Max35 EndToEndId?:Max35 "
    "UETR?:... TxId?:Max35 MndtId?:Max35 "
    "ChqNb?:Max35 ClrSysRef?:Max35 AcctOwnrTxId?:Max35 AcctSvcrTxId?:Max35 "
    "MktInfrstrctrTxId?:Max35 PrcgId?:Max35 Prtry*:...",
    "Parties": "InitgPty?:PartyOrAgent Dbtr?:PartyOrAgent DbtrAcct?:Account UltmtDbtr?:PartyOrAgent "
    "Cdtr?:PartyOrAgent CdtrAcct?:Account UltmtCdtr?:PartyOrAgent TradgPty?:PartyOrAgent Prtry*:...",
    "PartyOrAgent": "|Pty:Party Agt:Agent",
    "Return": "OrgnlBkTxCd?:... Orgtr?:Party Rsn?:Purpose AddtlInf*:Max105",
}
FORMS = {
    "Count": r"[0-9]{1,15}",
    "Decimal": r"[0-9]{1,15}(\.[0-9]{1,5})?",
    "Money": r"[0-9]{1,15}(\.[0-9]{1,5})?",
    "Currency": r"[A-Z]{3}",
    "Direction": r"CRDT|DBIT",
    "Boolean": r"true|false|1|0",
    "Method": r"CHK|TRF|TRA",
    "Date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "DateTime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?",
    "Iban": r"[A-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}",
    "Bic": r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?",
}
_ELEMENT = re.compile(r"(\w+)([?*+]?):(\S+)")


def faults(element: Any, types: dict[str, str], of: str = "Document", place: str = "") -> list[str]:
    """All places of a document that its definition does not allow."""
    if of == "...":
        return []
    if of not in types:
        return _text_faults(element, of, place)
    declared, children = _ELEMENT.findall(types[of]), list(element)
    names = [child.tag.partition("}")[2] for child in children]
    found = _choice_faults(names) if types[of].startswith("|") else _sequence_faults(names, declared)
    kinds = {name: kind for name, _, kind in declared}
    below = [
        fault
        for name, child in zip(names, children, strict=True)
        for fault in faults(child, types, kinds.get(name, "..."), f"{place}/{name}")
    ]
    unknown = [f"{place}/{name}: not defined" for name in names if name not in kinds]
    return [*(f"{place}: {fault}" for fault in found), *unknown, *below]


def _choice_faults(names: list[str]) -> list[str]:
    return [] if len(names) == 1 else [f"one of several expected, not {names}"]


def _sequence_faults(names: list[str], declared: list[tuple[str, str, str]]) -> list[str]:
    order = [name for name, _, _ in declared]
    places = [order.index(name) for name in names if name in order]
    found = [] if places == sorted(places) else [f"out of order: {names}"]
    for name, times, _ in declared:
        count = names.count(name)
        if (times in {"", "+"} and not count) or (times in {"", "?"} and count > 1):
            found.append(f"{name} stands {count} times")
    return found


def _text_faults(element: Any, of: str, place: str) -> list[str]:
    text = element.text or ""
    if limit := re.fullmatch(r"Max(\d+)", of):
        return [] if 1 <= len(text) <= int(limit[1]) else [f"{place}: {len(text)} characters"]
    if of == "Money" and not re.fullmatch(r"[A-Z]{3}", element.get("Ccy", "")):
        return [f"{place}: no currency"]
    return [] if re.fullmatch(FORMS[of], text) else [f"{place}: {text!r} is no {of}"]
