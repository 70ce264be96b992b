/// What to look for and how much of it to report.
public struct LookupOptions: Sendable, Equatable {
    /// Which kinds of evidence are weighed.
    public enum Modality: String, Sendable, Codable, CaseIterable { case any, video, audio }

    public var modality: Modality
    /// Matches under this are not reported. The default, `Aligner.confidentScore`, reports what is safe to show; 0 reports
    /// everything that speaks for a match at all.
    public var minimumScore: Double
    /// Of one query.
    public var matchesMax: Int
    /// Only these banks; nil for all.
    public var banks: Set<String>?
    /// References that are passed over, such as the query itself.
    public var excluding: Set<String>
    /// Banks of sounds that are nobody's to copy (stock intros, library music, a platform's own): what they know is
    /// no evidence against anybody, and they are searched whatever `banks` says.
    public var negativeBanks: Set<String>

    public init(
        modality: Modality = .any, minimumScore: Double = Aligner.confidentScore, matchesMax: Int = 100,
        banks: Set<String>? = nil, excluding: Set<String> = [], negativeBanks: Set<String> = ["negative"]
    ) {
        self.modality = modality
        self.minimumScore = minimumScore
        self.matchesMax = matchesMax
        self.banks = banks
        self.excluding = excluding
        self.negativeBanks = negativeBanks
    }
}

/// The answer to one lookup: what was found, and in how much it was searched. Nothing found is an answer, too.
public struct LookupResult: Sendable, Codable, Equatable {
    /// Best first.
    public var matches: [Match]
    public var referencesSearched: Int
    public var codesSearched: Int
    public var peaksSearched: Int
    /// The index's generation that was searched.
    public var generation: UInt64

    enum CodingKeys: String, CodingKey {
        case matches, referencesSearched = "references_searched", codesSearched = "codes_searched"
        case peaksSearched = "peaks_searched", generation
    }
}
