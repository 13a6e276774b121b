"""Who may issue referral certificates (转诊机构资格): the lists, and what is asked of a certificate."""
