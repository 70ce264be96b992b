extension FlatEvent {
    /// Every name that a flat event can have.
    public enum Field: String, Sendable, CaseIterable {
        // What it is.
        case schema, type
        case eventID = "event_id"
        case sequence

        // The job.
        case jobID = "job_id"
        case jobKey = "job_key"
        case tenant, lane, path, attempts, crashes
        case acceptedAt = "accepted_at"
        case finishedAt = "finished_at"

        // The video, as the platform described it.
        case videoID = "video_id"
        case creator, market, surface
        case publishedAt = "published_at"
        case publishedPrecision = "published_precision"

        // How it ended.
        case outcome
        case outcomeReason = "outcome_reason"
        case outcomeSentence = "outcome_sentence"
        case decodedUntil = "decoded_until"

        // The file.
        case inputBytes = "input_bytes"
        case inputDigest = "input_digest"
        case container
        case claimedDuration = "claimed_duration"
        case width, height
        case videoCodec = "video_codec"
        case audioCodec = "audio_codec"

        // Signals.
        case staticShare = "static_share"
        case staticSpans = "static_spans"
        case staticLongest = "static_longest"
        case staticLongestKind = "static_longest_kind"
        case staticLoopPeriod = "static_loop_period"
        case movingShare = "moving_share"
        case shots
        case staticAbstainReason = "static_abstain_reason"
        case staticVersion = "static_version"
        case qualityScore = "quality_score"
        case qualityWorstStart = "quality_worst_start"
        case qualityWorstEnd = "quality_worst_end"
        case qualityAbstainReason = "quality_abstain_reason"
        case qualityVersion = "quality_version"
        case recaptureProbability = "recapture_probability"
        case recaptureCue = "recapture_cue"
        case recaptureSpans = "recapture_spans"
        case recaptureAbstainReason = "recapture_abstain_reason"
        case recaptureVersion = "recapture_version"
        case soundLUFS = "sound_lufs"
        case soundRangeLU = "sound_range_lu"
        case soundPeakDBFS = "sound_peak_dbfs"
        case soundSilenceShare = "sound_silence_share"
        case soundClippingShare = "sound_clipping_share"
        case soundBandwidthHz = "sound_bandwidth_hz"
        case soundDeadAirShare = "sound_dead_air_share"
        case soundChannels = "sound_channels"
        case soundSpeechShare = "sound_speech_share"
        case soundMusicShare = "sound_music_share"
        case soundMusicBed = "sound_music_bed"
        case soundAbstainReason = "sound_abstain_reason"
        case soundVersion = "sound_version"

        // Fingerprints.
        case fingerprintFrames = "fingerprint_frames"
        case fingerprintVideoAbstainReason = "fingerprint_video_abstain_reason"
        case fingerprintVideoVersion = "fingerprint_video_version"
        case fingerprintPeaks = "fingerprint_peaks"
        case fingerprintAudioAbstainReason = "fingerprint_audio_abstain_reason"
        case fingerprintAudioVersion = "fingerprint_audio_version"

        // What was searched, and what was found.
        case searchReferences = "search_references"
        case searchMethod = "search_method"
        case matches
        case matchesAsCopy = "matches_as_copy"
        case matchesAsOriginal = "matches_as_original"
        case matchEventID = "match_event_id"
        case matchRole = "match_role"
        case matchVideoID = "match_video_id"
        case matchCreator = "match_creator"
        case matchBank = "match_bank"
        case matchRelation = "match_relation"
        case matchDirection = "match_direction"
        case matchScore = "match_score"
        case matchModality = "match_modality"
        case matchFalseMatchRate = "match_false_match_rate"
        case matchStart = "match_start"
        case matchEnd = "match_end"
        case matchOtherStart = "match_other_start"
        case matchOtherEnd = "match_other_end"
        case matchCoverage = "match_coverage"
        case matchOtherCoverage = "match_other_coverage"
        case matchSpeed = "match_speed"
        case matchMirrored = "match_mirrored"
        case matchTransform = "match_transform"
        case matchMethod = "match_method"

        // Who says so.
        case producer
        case producerBuild = "producer_build"
        case sandbox
    }
}
