import Records

func job(_ key: String) -> JobSpec {
    JobSpec(key: key, path: "/media/\(key).mp4", video: VideoFacts(videoID: key))
}
