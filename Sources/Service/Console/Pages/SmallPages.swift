internal import Records
internal import Report

/// Where one comes in.
struct LoginPage: Sendable {
    var next: String
    var problem: String?
    var isSignedIn: Bool
}

/// How things are shown.
struct PreferencesPage: Sendable {
    struct Choice: Sendable {
        var value: String
        var name: String
        var isChosen: Bool
    }

    var themes: [Choice]
    var greys: [Choice]
    var blurs: [Choice]
    var next: String
    var isSaved: Bool

    init(_ preferences: ConsolePreferences, next: String, isSaved: Bool) {
        let places: [(ConsolePreferences.Where, String)] = [
            (.never, "Never"), (.lists, "In lists"), (.everywhere, "Everywhere"),
        ]
        themes = zip(ConsolePreferences.Theme.allCases, ["System", "Light", "Dark"]).map {
            .init(value: $0.rawValue, name: $1, isChosen: preferences.theme == $0)
        }
        greys = places.map { .init(value: $0.0.rawValue, name: $0.1, isChosen: preferences.grey == $0.0) }
        blurs = places.map { .init(value: $0.0.rawValue, name: $0.1, isChosen: preferences.blur == $0.0) }
        self.next = next
        self.isSaved = isSaved
    }
}

/// Something that went wrong, or is not there.
struct MessagePage: Sendable {
    var heading: String
    var sentence: String
}
