import Extraction

// Started by a supervisor, with its socket at descriptor 3; a person has no use for it.
Zygote.serve(socket: 3)
