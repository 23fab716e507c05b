"""Which columns a batch file may have: the dotted paths of the specifications."""



