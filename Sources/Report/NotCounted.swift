/// Why a match costs nothing, as a person says it.
package enum NotCounted {
    /// - Parameter why: `CreatorProfile.Copy.notCounted`.
    /// - Parameter isDecided: whether a reviewer said so, and not the rules.
    package static func sentence(_ why: String, isDecided: Bool = false) -> String {
        switch why {
        case "own_footage" where isDecided: "the creator’s own footage"
        case "own_footage": "the creator’s own earlier video had it first"
        case "licensed": "licensed"
        case "dismissed": "dismissed"
        case "other_first": "the other side was first"
        case "order_unknown": "who was first is unknown"
        case "low_score": "score too low to count"
        case "false_match_rate": "not sure enough to count"
        case "too_short": "too short to count"
        case "small_share": "too small a share to count"
        case "same_stretch": "counted with another source"
        case "sound_only": "sound only, costs nothing"
        case "ignored_bank": "common property"
        case "no_rule": "no rule for it"
        default: "no creator to count for"
        }
    }
}
