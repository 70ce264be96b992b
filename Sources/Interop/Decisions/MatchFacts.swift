internal import FingerprintIndex
internal import Foundation
internal import Records

/// A match in sentences that stand in a public statement: what agrees, where, and how sure that is; nobody's name.
struct MatchFacts {
    let sentences: String

    init(_ edge: Event.MatchEdge, reviewed: Bool) {
        let match = edge.match
        let what =
            switch match.modality {
            case .video: "The pictures"
            case .audio: "The sound"
            case .both: "The pictures and the sound"
            }
        var told = [
            "\(what) of the video from \(Self.clock(match.queryStart)) to \(Self.clock(match.queryEnd)) agree with those of "
                + "another video from \(Self.clock(match.referenceStart)) to \(Self.clock(match.referenceEnd)).",
            String(
                format: "That is %.0f %% of this video and %.0f %% of the other.", match.queryCoverage * 100,
                match.referenceCoverage * 100),
        ]
        switch edge.direction {
        case .published: told.append("The other video was published first.")
        case .accepted: told.append("The other video reached the platform first.")
        case .decided: told.append("A person decided that the other video was first.")
        case .unknown: told.append("Which of the two was first is not known.")
        }
        let kinds = (match.transform?.kinds.map(\.rawValue) ?? []) + (match.mirrored ? ["mirrored"] : [])
        var changes = Array(Set(kinds)).sorted()
        if abs(match.speed - 1) > 0.005 {
            changes.append(String(format: "played at %.2f times the speed", match.speed))
        }
        if !changes.isEmpty { told.append("The copy is changed: \(changes.joined(separator: ", ")).") }
        told.append(
            String(
                format:
                    "The match was found by comparing fingerprints (%@); its score is %.2f, which unrelated videos reach "
                    + "at a rate of %.0e.", match.method, match.score, match.falseMatchRate))
        told.append(reviewed ? "A person reviewed it." : "No person reviewed it.")
        sentences = told.joined(separator: " ")
    }

    /// `1:05.2`, to a tenth of a second.
    private static func clock(_ seconds: Double) -> String {
        let tenths = Int((max(0, seconds) * 10).rounded())
        return "\(tenths / 600):" + String(format: "%02d.%d", tenths / 10 % 60, tenths % 10)
    }
}
