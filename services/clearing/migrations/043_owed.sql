-- What institutions are owed is summed up kind by kind when a month is sorted, without this view.
DROP VIEW owed;
