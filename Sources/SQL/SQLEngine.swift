/// Which database speaks, for the few statements in which the two differ.
public enum SQLEngine: Sendable { case sqlite, postgres }
