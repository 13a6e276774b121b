"""Who may issue referral certificates (转诊机构资格): the yearly lists (001 (十二))."""
