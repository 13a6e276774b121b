"""An institution's books (对账): its settlements of a period, listed and compared with its own."""
