"""The console's pages, one module a subject; each makes one call into the layers below."""
