"""What a case page (住院病案首页) must say, and its versions."""
