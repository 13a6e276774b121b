"""Pure rules of the audit service: the trail's form, what a body says, roots, deadlines, cases."""
