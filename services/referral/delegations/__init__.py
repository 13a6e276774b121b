"""Reviews that the insured place leaves to the treatment place by agreement (委托审核), 004-2 四."""
