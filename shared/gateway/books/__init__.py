"""An institution's books in the national form (对账、申报、清单、病案首页): 3201-3262, 4101, 4401; pure."""
