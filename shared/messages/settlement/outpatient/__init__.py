"""What travels of outpatient and pharmacy bills (门诊、购药) beside their lines."""
