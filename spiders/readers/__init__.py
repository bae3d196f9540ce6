"""Pure readers: bytes in, entries out. One file for each kind of source; nothing here touches the network."""
