"""Networks with the published settings of other papers and packages."""
