extension ScoringRules {
    /// The rules that apply when nobody gives others.
    ///
    /// Bounds, start and milestones follow TikTok Shop's Creator Health Rating (0 to 1000, new
    /// creators start at 200, milestones at 150, 100, 50 and 0), the posting limit its Content
    /// Posting Limit (5 non-interactive videos in 7 days). The points per finding are Moiré's own:
    /// a copy weighs most, what a detector is less sure of weighs less, and a week of good original
    /// work makes up for one copied video.
    ///
    /// `standard/2` credits the earliest source of a stretch; `standard/1` credited the strongest.
    public static let standard = ScoringRules(
        version: "standard/2",
        score: Bounds(start: 200, lowest: 0, highest: 1000),
        milestones: [
            Milestone(
                at: 150, band: "notice", sentence: "The score has reached 150: time to look at the reasons below."),
            Milestone(
                at: 100, band: "warning", sentence: "The score has reached 100: a reviewer should look at this account."
            ),
            Milestone(
                at: 50, band: "limited", sentence: "The score has reached 50: a reviewer should decide about limits."),
            Milestone(
                at: 0, band: "exhausted", sentence: "The score is used up: a reviewer must decide about this account."),
        ],
        band: "good standing",
        rules: [
            copiedContent, repeatedContent, staticPicture, recapturedScreen, lowQuality, silent, unmeasured, original,
        ],
        limits: [
            PostingLimit(
                id: "non_interactive_videos", clause: "posting_limit.non_interactive", videos: 5, days: 7,
                staticShare: 0.8,
                sentence: "{videos} videos without interaction (still pictures, slides, loops) within {days} days.")
        ])

    /// Versions of `standard` before this one, in builds before this one.
    public static let earlierStandards: Set = ["standard/1"]

    /// One false accusation in a thousand searches among four thousand videos.
    static let falseMatchRate = 2.5e-7

    static let copiedContent = Rule(
        id: "copied_content", clause: "originality.copied", reads: .copiedShare,
        steps: [Step(atLeast: 0.1, points: -6), Step(atLeast: 0.3, points: -12), Step(atLeast: 0.6, points: -20)],
        // Under two seconds a shared product shot or a cutaway is likelier than a taken video.
        requires: Requirements(
            minimumScore: 0.55, maximumFalseMatchRate: falseMatchRate, minimumSeconds: 2,
            ignoredBanks: ["negative"]),
        caps: Caps(perVideo: 30), credits: .earliest,
        sentence: "{percent} of this video shows what {source} showed before ({start} to {end}).",
        advice: "Show the product with your own camera, hands and voice. If you have a licence, send it with an appeal."
    )

    static let repeatedContent = Rule(
        id: "repeated_content", clause: "originality.repeated", reads: .repeatedShare,
        steps: [Step(atLeast: 0.6, points: -2), Step(atLeast: 0.9, points: -4)],
        requires: Requirements(
            minimumScore: 0.55, maximumFalseMatchRate: falseMatchRate, minimumSeconds: 2,
            ignoredBanks: ["negative"]),
        caps: Caps(perVideo: 4, perWindow: Caps.Window(days: 7, points: 20)), credits: .earliest,
        sentence: "{percent} of this video repeats your own {source} ({start} to {end}).",
        advice: "Post a video once; tell something new the next time.")

    static let staticPicture = Rule(
        id: "static_picture", clause: "interaction.static", reads: .staticShare,
        steps: [Step(atLeast: 0.5, points: -2), Step(atLeast: 0.8, points: -5), Step(atLeast: 0.95, points: -8)],
        requires: Requirements(minimumDuration: 3),
        caps: Caps(perWindow: Caps.Window(days: 7, points: 40)),
        sentence: "The picture stands still for {percent} of the video.",
        advice: "Film the product in use; a moving hand or a turn of the camera is enough.")

    static let recapturedScreen = Rule(
        id: "recaptured_screen", clause: "originality.recaptured", reads: .recaptureProbability,
        // Conservative: the cues are young, and a wrong accusation costs more than a missed screen.
        steps: [Step(atLeast: 0.95, points: -6), Step(atLeast: 0.99, points: -10)],
        requires: Requirements(minimumDuration: 3),
        caps: Caps(perWindow: Caps.Window(days: 7, points: 40)),
        sentence: "The picture looks filmed off another screen ({percent} sure).",
        advice: "Upload the file itself, or film the thing and not a screen that shows it.")

    static let lowQuality = Rule(
        id: "low_quality", clause: "quality.low", reads: .qualityScore,
        steps: [Step(below: 35, points: -1), Step(below: 25, points: -3), Step(below: 15, points: -5)],
        requires: Requirements(minimumDuration: 2),
        caps: Caps(perWindow: Caps.Window(days: 7, points: 15)),
        sentence: "Picture quality is {value} of 100.",
        advice: "More light, a clean lens, the full resolution of the camera.")

    static let silent = Rule(
        id: "silent", clause: "sound.silent", reads: .silenceShare, steps: [Step(atLeast: 0.95, points: 0)],
        sentence: "There is next to no sound ({percent} silence).",
        advice: "Speak, or let the product be heard. This costs no points.")

    static let unmeasured = Rule(
        id: "unmeasured", clause: "input.unmeasured", reads: .unmeasured, steps: [Step(atLeast: 1, points: 0)],
        sentence: "The file could not be judged: {outcome}",
        advice: "Export and upload it again. This costs no points.")

    static let original = Rule(
        id: "original_video", clause: "originality.original", reads: .originalQuality,
        steps: [Step(atLeast: 40, points: 2), Step(atLeast: 60, points: 4)],
        requires: Requirements(
            ignoredBanks: ["negative"], minimumDuration: 3, maximumMatchedShare: 0.1,
            maximumStaticShare: 0.3, maximumRecaptureProbability: 0.5),
        caps: Caps(perWindow: Caps.Window(days: 7, points: 20)),
        sentence: "An original video that nobody showed before, quality {value} of 100.",
        advice: "More of this.")
}
