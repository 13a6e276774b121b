"""The kinds of row that deciding a message may need (键类): `keys` names them, `load` reads them."""

from enum import StrEnum


class Kind(StrEnum):
    """The kind of rows that a key asks for; its comment says which id the key has, and what is read for it.

    `load` locks visits first, all in one statement, then the persons' accounts, and then reads the rest.
    """

    VISIT = "visit"  # visit: locked to be changed
    VISIT_ADDED_TO = "visit_added_to"  # visit: locked against changes, while others may add to it too
    VISIT_SEEN = "visit_seen"  # visit: read only
    STAYS = "stays"  # person: all stays, locked to be changed
    STAYS_SEEN = "stays_seen"  # person: all stays, read only
    PARTS = "parts"  # person: what was uploaded to later parts among those stays that wait to be settled
    SETTLED_OF = "settled_of"  # person: all visits with a settlement in force, locked, and the settlements
    SETTLEMENT = "settlement"  # visit: its newest settlement
    EXPLAINED = "explained"  # visit: its newest settlement, and the text of the policy that it names
    SETTLED_AT = "settled_at"  # period, the last one told, how many: an institution's settlements
    INSURED_VISITS = (
        "insured_visits"  # node, person, the last one told: a page of the visits the node may see
    )
    SUMMED_AT = "summed_at"  # period: the sums of an institution's settlements in force
    PAGE = "page"  # visit: its case page, locked
    PAGE_VERSIONS = "page_versions"  # visit: all versions of its case page
    PAGES_OF = "pages_of"  # person: the case pages of the STAYS, locked
    UPLOAD = "upload"  # visit and upload: whether the upload's id is taken
    UPLOADS = "uploads"  # visit: the sums of its uploads
    UPLOADS_WHOLE = "uploads_whole"  # visit: its uploads, lines and all
    FEES = "fees"  # visit, person, institution, how many to pass over: a page of the uploads' lines
    UPLOADS_OF = "uploads_of"  # person: all uploads, lines and all, and their visits, locked
    CASE = "case"  # visit: its case of manual reimbursement, locked
    CASES_OF = "cases_of"  # person: all cases, locked
    BILL = "bill"  # visit: its self-paid bill
    BILLS_OF = "bills_of"  # person: all self-paid bills, and their visits and cases, locked
    INVOICE = "invoice"  # institution and invoice: the visit that has it
    ORDERS_OF = "orders_of"  # person: all payment orders
    ACCOUNT = "account"  # person: the year accounts, locked, of the years from the smallest YEAR on
    YEAR = "year"  # year: the smallest of a batch is the first that ACCOUNT reads
    PERSONAL_ACCOUNT = "personal_account"  # person: what was spent of it by day, locked
    PRESCRIPTION = "prescription"  # prescription: the visit that has used it, locked
    CASH_OUTS_OF = "cash_outs_of"  # person: the cash-outs that were not undone
    CARE = "care"  # person: settled care that may overlap in time with a visit of the batch
    CARE_SINCE = "care_since"  # day: of a bill whose visit may not be stored yet, for CARE
    COVERAGE = "coverage"  # person: the coverages, with all statements about each
    FILING = "filing"  # person: the filings
    QUALIFIED = "qualified"  # person: the chronic diseases that they qualify for
    CREDENTIAL = "credential"  # person: the credentials, where one is named that was shown
    INSTITUTION = "institution"  # institution: its row; any such key also loads the registers in memory
    TOLD = "told"  # person: the institutions of the visits that are locked, whose nodes get a notice
    AGENCY = "agency"  # node: the centers that it answers for
    CENTER = "center"  # center: the node that answers for it
    CLASSIFIED = "classified"  # institution and person: catalogues and code mapping for fee lines
    COMPARED = "compared"  # person: the prices at home
    AREA = "area"  # area: its catalogue
    CATALOGUES_OF = "catalogues_of"  # "the insured": also catalogues of insured areas, of CLASSIFIED persons
    MAPPED = "mapped"  # institution: its code mapping
    PRICES_OF = "prices_of"  # area: its prices
    INSURED_AT = "insured_at"  # area and scheme: their policies' texts
