extension ScoringRules {
    /// Points that one finding may move at most; more is a slip of the pen, as scores span 1000.
    public static let pointsMax = 1000

    /// Checks everything that the types alone cannot.
    public func validate(source: String = "rules") throws(RulesError) {
        let check = Check(source: source)
        guard schema == Self.schema else {
            throw RulesError(
                .unknownSchema, source: source, field: "schema",
                problem: "is `\(schema)`, this build reads `\(Self.schema)`")
        }
        try check("version", !version.isEmpty, "is empty; profiles name it")
        for (name, bound) in [("lowest", score.lowest), ("highest", score.highest)] {
            try check(
                "score.\(name)", bound.magnitude <= Self.scoreMax.magnitude,
                "is \(bound), at most \(Self.scoreMax) either way")
        }
        try check(
            "score.lowest", score.lowest < score.highest, "is \(score.lowest), must be under highest, \(score.highest)")
        try check(
            "score.start", (score.lowest...score.highest).contains(score.start),
            "is \(score.start), must lie in \(score.lowest)...\(score.highest)")
        for (index, milestone) in milestones.enumerated() {
            let field = "milestones[\(index)]"
            try check(
                "\(field).at", (score.lowest...score.highest).contains(milestone.at),
                "is \(milestone.at), must lie in \(score.lowest)...\(score.highest)")
            if index > 0 {
                try check(
                    "\(field).at", milestone.at < milestones[index - 1].at,
                    "is \(milestone.at), must be under the one before, \(milestones[index - 1].at)")
            }
            try check("\(field).band", !milestone.band.isEmpty, "is empty")
        }
        for (index, rule) in rules.enumerated() {
            let field = "rules[\(index)]"
            try check("\(field).id", !rule.id.isEmpty, "is empty; profiles name it")
            let before = rules[..<index]
            try check("\(field).id", !before.contains { $0.id == rule.id }, "is `\(rule.id)` a second time")
            try check(
                "\(field).reads", !before.contains { $0.reads == rule.reads },
                "another rule reads `\(rule.reads.rawValue)` already; give that one more steps")
            try rule.validate(field, check)
        }
        for (index, limit) in limits.enumerated() {
            let field = "limits[\(index)]"
            try check("\(field).id", !limit.id.isEmpty, "is empty; profiles name it")
            try check("\(field).videos", limit.videos >= 1, "is \(limit.videos), must be at least 1")
            try check(
                "\(field).days", (1...Self.daysMax).contains(limit.days),
                "is \(limit.days), must lie in 1...\(Self.daysMax)")
            try check(
                "\(field).static_share", (0...1).contains(limit.staticShare),
                "is \(limit.staticShare), must lie in 0...1")
            try check.sentence("\(field).sentence", limit.sentence)
        }
    }

    /// Keeps sums far from overflow.
    static let scoreMax = 1_000_000

    /// A century; keeps a window's seconds far from overflow.
    static let daysMax = 36_525
}

/// Throws a `RulesError` for the field where a condition does not hold.
struct Check {
    let source: String

    func callAsFunction(_ field: String, _ holds: Bool, _ problem: @autoclosure () -> String) throws(RulesError) {
        guard holds else { throw RulesError(.badValue, source: source, field: field, problem: problem()) }
    }

    func sentence(_ field: String, _ template: String) throws(RulesError) {
        try self(field, !template.isEmpty, "is empty; a creator must be able to read why")
        for name in ReasonSentence.names(in: template) where !ReasonSentence.names.contains(name) {
            try self(field, false, "names `{\(name)}`, known are \(ReasonSentence.names.joined(separator: ", "))")
        }
    }
}

extension ScoringRules.Rule {
    func validate(_ field: String, _ check: Check) throws(RulesError) {
        try check("\(field).clause", !clause.isEmpty, "is empty")
        try check("\(field).steps", !steps.isEmpty, "is empty; the rule would never speak")
        for (index, step) in steps.enumerated() {
            let name = "\(field).steps[\(index)]"
            try check(name, (step.atLeast == nil) != (step.below == nil), "needs either at_least or below")
            let range: ClosedRange<Double> = reads == .qualityScore || reads == .originalQuality ? 0...100 : 0...1
            let threshold = step.atLeast ?? step.below ?? 0
            let key = step.atLeast == nil ? "below" : "at_least"
            try check(
                "\(name).\(key)", range.contains(threshold),
                "is \(threshold), `\(reads.rawValue)` lies in \(range.lowerBound)...\(range.upperBound)")
            try check(
                "\(name).points", step.points.magnitude <= ScoringRules.pointsMax.magnitude,
                "is \(step.points), at most \(ScoringRules.pointsMax) either way")
            guard index > 0 else { continue }
            let before = steps[index - 1]
            try check(
                name, (before.atLeast == nil) == (step.atLeast == nil), "at_least and below do not mix in one rule")
            if let atLeast = step.atLeast, let last = before.atLeast {
                try check("\(name).at_least", atLeast > last, "is \(atLeast), must be over the step before, \(last)")
            }
            if let below = step.below, let last = before.below {
                try check("\(name).below", below < last, "is \(below), must be under the step before, \(last)")
            }
            try check(
                "\(name).points", before.points.signum() * step.points.signum() >= 0,
                "is \(step.points); one rule does not both give and take")
        }
        try check(
            "\(field).credits", credits == nil || reads == .copiedShare || reads == .repeatedShare,
            "is given, but `\(reads.rawValue)` has no sources")
        try requires.validate("\(field).requires", check)
        try caps.validate("\(field).caps", check)
        try check.sentence("\(field).sentence", sentence)
        try check("\(field).advice", !advice.isEmpty, "is empty; a creator must be able to do better")
    }
}

extension ScoringRules.Requirements {
    func validate(_ field: String, _ check: Check) throws(RulesError) {
        let shares = [
            ("minimum_score", minimumScore), ("maximum_false_match_rate", maximumFalseMatchRate),
            ("maximum_matched_share", maximumMatchedShare), ("maximum_static_share", maximumStaticShare),
            ("maximum_recapture_probability", maximumRecaptureProbability),
        ]
        for (name, value) in shares {
            try check(
                "\(field).\(name)", value.map { (0...1).contains($0) } ?? true, "is \(value ?? 0), must lie in 0...1")
        }
        for (name, value) in [("minimum_seconds", minimumSeconds), ("minimum_duration", minimumDuration)] {
            try check("\(field).\(name)", (value ?? 0) >= 0, "is \(value ?? 0), must not be negative")
        }
    }
}

extension ScoringRules.Caps {
    func validate(_ field: String, _ check: Check) throws(RulesError) {
        for (name, cap) in [
            ("per_video", perVideo), ("per_creator", perCreator), ("per_window.points", perWindow?.points),
        ] {
            try check("\(field).\(name)", (cap ?? 1) > 0, "is \(cap ?? 0), a cap is a positive number of points")
        }
        try check(
            "\(field).per_window.days", (1...ScoringRules.daysMax).contains(perWindow?.days ?? 1),
            "is \(perWindow?.days ?? 0), must lie in 1...\(ScoringRules.daysMax)")
    }
}
