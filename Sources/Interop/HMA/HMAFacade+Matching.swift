internal import Fingerprints
internal import Foundation
internal import Records

extension HMAFacade {
    /// What a match is to HMA.
    struct Content: Encodable, Equatable {
        var id: Int64
        var distance: String
        enum CodingKeys: String, CodingKey { case id = "bank_content_id", distance }

        init(_ match: HMAMatch) {
            id = BankContentID.number(reference: match.reference)
            distance = Self.text(match.distance)
        }

        /// As the tools' `pretty_str` writes it.
        private static func text(_ distance: SignalComparison.Distance) -> String {
            switch distance {
            case .none: "-"
            case .bits(let bits): "\(bits)"
            case .percent(let query, let compared): String(format: "%.0f%%[%.0f%%]", query, compared)
            }
        }
    }

    // MARK: Looking up

    /// Banks and what of them was found; for a file or a URL, that for each signal type.
    ///
    /// A video's file is looked up by all that Moiré knows it by, and the answer stands under `vpdq`; a signal can be
    /// looked up by no more than is in it. A photo is looked up among all frames of all references.
    func lookup(_ request: HMARequest) throws -> String {
        guard request.method == .post || request["url"].map({ !$0.isEmpty }) == true else {
            let (signal, type) = try Self.signal(of: request)
            return try CanonicalJSON.string(Self.byBank(try found(signal, type, request)))
        }
        let (hashes, types) = try hashes(request)
        var answer: [String: [String: [Content]]] = [:]
        for type in types where Self.isLookedUp(type) {
            answer[type.rawValue] = Self.byBank(Self.wanted(try found(hashes.subject), request))
        }
        if request.method == .get, let type = request["signal_type"] {
            return try CanonicalJSON.string(answer[type] ?? [:])
        }
        return try CanonicalJSON.string(answer)
    }

    /// Matches in one list, with or without their distances.
    func rawLookup(_ request: HMARequest) throws -> String {
        let (signal, type) = try Self.signal(of: request)
        let isFull = try Self.flag(request["include_distance"] ?? "false")
        let matches = try found(signal, type, request).map(Content.init)
        return isFull
            ? try CanonicalJSON.string(["matches": matches]) : try CanonicalJSON.string(["matches": matches.map(\.id)])
    }

    private static func byBank(_ matches: [HMAMatch]) -> [String: [Content]] {
        Dictionary(grouping: matches, by: \.bank).mapValues { $0.map(Content.init) }
    }

    /// Those in the banks that were asked for.
    private static func wanted(_ matches: [HMAMatch], _ request: HMARequest) -> [HMAMatch] {
        guard let text = request["banks"], !text.isEmpty else { return matches }
        let banks = Set(text.split(separator: ",").map(\.trimmed))
        return matches.filter { banks.contains($0.bank) }
    }

    private func found(_ subject: HMAHashes.Subject) throws -> [HMAMatch] {
        switch subject {
        case .video(let media): try backend.matches(of: media)
        case .photo(let hash): try hash.map { try backend.matches(of: $0, within: SignalComparison.bitsMax) } ?? []
        }
    }

    private func found(_ signal: String, _ type: SignalType, _ request: HMARequest) throws -> [HMAMatch] {
        let signal = try Self.checked(signal, type)
        switch type {
        case .vpdq:
            let frames = try SignalType.frames(of: signal)
            guard !frames.isEmpty else { return [] }
            return Self.wanted(try backend.matches(of: .showing(frames)), request)
        case .pdq:
            guard let hash = PDQHash(hex: signal) else { throw HMAProblem(400, "invalid signal: invalid PDQ hash") }
            return Self.wanted(try backend.matches(of: hash, within: SignalComparison.bitsMax), request)
        case .videoMD5: throw HMAProblem(400, "SignalType '\(type.rawValue)' is not enabled")
        }
    }

    /// References are known by their pictures and sound, not by their files' bytes.
    static func isLookedUp(_ type: SignalType) -> Bool { type != .videoMD5 }

    private static func signal(of request: HMARequest) throws -> (String, SignalType) {
        guard let signal = request["signal"] else { throw HMAProblem(400, "signal is required") }
        guard let name = request["signal_type"] else { throw HMAProblem(400, "signal_type is required") }
        return (signal, try type(named: name))
    }

    private static func type(named name: String) throws -> SignalType {
        guard let type = SignalType(rawValue: name) else { throw HMAProblem(400, "No such SignalType '\(name)'") }
        return type
    }

    private static func checked(_ signal: String, _ type: SignalType) throws -> String {
        do { return try type.validated(signal) } catch { throw HMAProblem(400, "invalid signal: \(error.sentence)") }
    }

    private static func flag(_ text: String) throws -> Bool {
        switch text.lowercased() {
        case "true", "1": true
        case "false", "0": false
        default: throw HMAProblem(400, "invalid boolean parameter - prefer true/false")
        }
    }

    // MARK: Comparing

    /// Signal type to whether its two signals match, and how far apart they are.
    func compare(_ request: HMARequest) throws -> String {
        guard case .json(let bytes) = request.body,
            let pairs = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        else { throw HMAProblem(400, "Request input was not a dict") }
        var answer: [String: Compared] = [:]
        for (name, value) in pairs.sorted(by: { $0.key < $1.key }) {
            guard let signals = value as? [Any] else {
                throw HMAProblem(400, "Comparison hashes for \(name) was not a list")
            }
            guard signals.count == 2 else { throw HMAProblem(400, "Comparison hash list length must be exactly 2") }
            let type = try Self.type(named: name)
            guard let first = signals[0] as? String, let second = signals[1] as? String else {
                throw HMAProblem(400, "Invalid \(name) hash: it is no text")
            }
            do { answer[name] = Compared(comparison: try SignalComparison(type, first, second)) } catch {
                throw HMAProblem(400, "Invalid \(name) hash: \(error.sentence)")
            }
        }
        return try CanonicalJSON.string(answer)
    }

    /// `[true, {"distance": 9}]`.
    private struct Compared: Encodable {
        var comparison: SignalComparison

        private enum Keys: String, CodingKey {
            case distance, query = "query_match_percent", compared = "compared_match_percent"
        }

        func encode(to encoder: any Encoder) throws {
            var list = encoder.unkeyedContainer()
            try list.encode(comparison.isMatch)
            var details = list.nestedContainer(keyedBy: Keys.self)
            switch comparison.distance {
            case .none: break
            case .bits(let bits): try details.encode(bits, forKey: .distance)
            case .percent(let query, let compared):
                try details.encode(query, forKey: .query)
                try details.encode(compared, forKey: .compared)
            }
        }
    }
}
