module @package@

go 1.19
