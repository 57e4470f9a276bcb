package com.example.invoice;

/** Says which field is wrong, what stands there, and what may stand there. */
final class InvalidInvoice extends Exception {
    private static final long serialVersionUID = 1L;

    InvalidInvoice(String field, String problem) {
        super(field + ": " + problem);
    }
}
