"""The words the product speaks: Structs without behaviour or I/O. Everything else imports them; they import nothing."""
