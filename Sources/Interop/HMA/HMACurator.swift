/// What the façade asks of Moiré about banks and what is in them. Calls block; changes have happened, and are in the audit
/// log, when they return.
///
/// - Throws: `HMAProblem` for what the caller may not do, or asks for in vain.
public protocol HMACurator: Sendable {
    /// Every bank that the caller may see, by name.
    func banks() throws -> [HMABank]

    /// Makes an empty bank; 403 where there is one of that name.
    func make(_ bank: HMABank) throws

    /// Gives a bank another name, and switches it on or off; 404 where there is none of that name, 403 where it is
    /// another's or the new name is taken.
    func change(_ name: String, to bank: HMABank) throws

    /// Deletes a bank with all that is in it. One that is not there is gone already.
    func deleteBank(_ name: String) throws

    /// Puts content into a bank of the caller's, findable by the next lookup.
    func add(_ content: HMANewContent, to bank: String) throws -> Int64

    /// Nil where the bank has no content of that number.
    func content(_ id: Int64, in bank: String, withSignals: Bool) throws -> HMAContent?

    func setContent(_ id: Int64, in bank: String, isEnabled: Bool) throws

    /// - Returns: how many were deleted: 1, or 0 where there was none.
    func deleteContent(_ id: Int64, in bank: String) throws -> Int

    /// How much is looked up, and how new it is.
    func indexStatus() throws -> HMAIndexStatus
}

/// A photo or a video that goes into a bank.
public struct HMANewContent: Sendable, Equatable {
    public var subject: HMAHashes.Subject
    /// The caller's name for it; nil to be named by what it shows.
    public var name: String?
    /// Names it where the caller does not: the same for the same content.
    public var digest: String

    public init(subject: HMAHashes.Subject, name: String?, digest: String) {
        self.subject = subject
        self.name = name
        self.digest = digest
    }
}

/// What is known of something in a bank.
public struct HMAContent: Sendable, Equatable {
    public var id: Int64
    public var isEnabled: Bool
    /// Made of what is kept, where they were asked for.
    public var signals: [SignalType: String]?

    public init(id: Int64, isEnabled: Bool, signals: [SignalType: String]? = nil) {
        self.id = id
        self.isEnabled = isEnabled
        self.signals = signals
    }
}

/// The index that lookups are made in. It is never behind its banks.
public struct HMAIndexStatus: Sendable, Equatable {
    /// Unix time, seconds, of its last change.
    public var changedAt: Int64
    /// Contents of the caller's banks.
    public var contents: Int

    public init(changedAt: Int64, contents: Int) {
        self.changedAt = changedAt
        self.contents = contents
    }
}
