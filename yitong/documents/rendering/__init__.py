"""From the values of a document to an unsigned PDF: line breaking, page layout, painting. Deterministic: same input, same bytes."""
