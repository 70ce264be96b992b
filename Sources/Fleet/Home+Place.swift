public import Store

extension Home {
    /// What `--home` and `--state` name; relative folders count from the working directory.
    public static func named(_ place: String, state: String? = nil) -> Home {
        if isDatabase(place) { return Home(place, state: state.map { MediaFiles.absolute($0) }) }
        return Home(MediaFiles.absolute(place))
    }
}
