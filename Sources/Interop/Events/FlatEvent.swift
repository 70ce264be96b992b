internal import FoundationEssentials
internal import Frames
public import Records
public import Store

/// One finished job as a flat object of scalars: what rule engines (Osprey, Coop's rules, SQL over a stream) take.
///
/// Every field is a string, a number or a truth value, under a name that never changes its meaning while `schema` stays;
/// what is not known is not there, and missing is never zero. docs/interop.md explains each field.
public struct FlatEvent: Sendable, Equatable, Encodable {
    public static let schema = "moire.job_finished/1"

    public enum Scalar: Sendable, Equatable {
        case text(String)
        case integer(Int64)
        /// Finite.
        case number(Double)
        case flag(Bool)
    }

    public private(set) var fields: [Field: Scalar] = [:]

    public subscript(field: Field) -> Scalar? { fields[field] }

    /// - Parameter record: what the last attempt brought home; nil where none did.
    /// - Parameter observed: the job's `video.observed`, whose outcome is the one that is told, and its place in the log.
    /// - Parameter edges: the `match.edge`s that name the video at either end; events of other types are passed over.
    /// - Parameter searched: what the last search for the video covered.
    public init(
        job: LedgerJob, record: ExtractRecord?, observed: (event: Event, sequence: Int64)? = nil, edges: [Event] = [],
        searched: Event.MatchSearched? = nil
    ) {
        put(.schema, Self.schema)
        put(.type, "job_finished")
        put(.eventID, observed?.event.eventID)
        put(.sequence, observed.map { $0.sequence })
        tell(job)
        var outcome = record?.outcome ?? job.outcome
        if case .videoObserved(let body)? = observed?.event.body { outcome = body.outcome }
        put(.outcome, outcome?.kind.rawValue)
        put(.outcomeReason, outcome?.reason)
        put(.outcomeSentence, outcome?.sentence)
        put(.decodedUntil, outcome?.decodedUntil)
        if let record { tell(record) }
        put(.searchReferences, searched?.references)
        put(.searchMethod, searched?.method)
        tell(edges, about: job.spec, wasSearched: searched != nil)
    }

    // MARK: Filling in

    mutating func put(_ field: Field, _ value: String?) { if let value { fields[field] = .text(value) } }
    mutating func put(_ field: Field, _ value: Bool?) { if let value { fields[field] = .flag(value) } }
    mutating func put(_ field: Field, _ value: Int64?) { if let value { fields[field] = .integer(value) } }
    mutating func put(_ field: Field, _ value: Int?) { put(field, value.map(Int64.init)) }
    /// A video, creator or bank as its tenant knows it: without what tells tenants apart within a home.
    mutating func put(_ field: Field, name: String?, of tenant: String) {
        let prefix = TenantScope.prefix(of: tenant)
        put(field, name.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 })
    }
    /// JSON has no infinity; what is not finite is not there.
    mutating func put(_ field: Field, _ value: Double?) {
        if let value, value.isFinite { fields[field] = .number(value) }
    }

    private mutating func tell(_ job: LedgerJob) {
        put(.jobID, job.spec.id)
        put(.jobKey, job.spec.key)
        put(.tenant, job.spec.tenant)
        put(.lane, job.spec.lane.rawValue)
        put(.path, job.spec.path)
        put(.attempts, job.attempts)
        put(.crashes, job.crashes)
        put(.acceptedAt, job.acceptedAt)
        put(.finishedAt, job.endedAt)
        let video = job.spec.video
        put(.videoID, name: video.videoID, of: job.spec.tenant)
        put(.creator, name: video.creator, of: job.spec.tenant)
        put(.market, video.market)
        put(.surface, video.surface?.rawValue)
        put(.publishedAt, video.publishedAt)
        put(.publishedPrecision, video.publishedPrecision?.rawValue)
    }

    // MARK: JSON

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ field: Field) { stringValue = field.rawValue }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        for (field, value) in fields {
            switch value {
            case .text(let text): try container.encode(text, forKey: Key(field))
            case .integer(let integer): try container.encode(integer, forKey: Key(field))
            case .number(let number): try container.encode(number, forKey: Key(field))
            case .flag(let flag): try container.encode(flag, forKey: Key(field))
            }
        }
    }

    /// One line, keys sorted.
    public func json() throws -> String { try CanonicalJSON.string(self) }
}
