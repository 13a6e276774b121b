"""The catalogue of cases (用例目录), as data."""
