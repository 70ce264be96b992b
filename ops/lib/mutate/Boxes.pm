package Boxes;
# Damage to MP4 and its relatives: a tree of boxes, each with its size and type. ISO/IEC 14496-12, 4.2.
use strict;
use warnings;
use Chance;

my %holds_boxes = map { $_ => 1 } qw(moov trak mdia minf stbl edts dinf udta mvex moof traf mfra);
# Full boxes that count entries: bytes before the count, bytes of an entry. Clauses 8.6 to 8.8.
my %tables = (
    stts => [4, 8], ctts => [4, 8], stss => [4, 4], stsc => [4, 12], stco => [4, 4], co64 => [4, 8], elst => [4, 12],
    stsz => [8, 4], trun => [4, 4], stsd => [4, 0], dref => [4, 0],
);
my $index = qr/^(?:moov|mvhd|trak|tkhd|mdia|mdhd|hdlr|minf|stbl|stsd|stts|stsc|stsz|stco|co64|ctts|stss|elst|moof|trun|tfhd)$/;

sub recognises { my ($bytes) = @_; return length $$bytes > 8 && substr($$bytes, 4, 4) =~ /^(?:ftyp|moov|mdat|wide|free)$/ }

sub outline { my ($bytes) = @_; return boxes($bytes, 0, length $$bytes, -1, 0) }
sub boxes {
    my ($bytes, $at, $end, $parent, $depth) = @_;
    my @found;
    while ($at + 8 <= $end && $depth < 12) {
        my ($size, $type) = unpack 'N a4', substr $$bytes, $at, 8;
        $size = $end - $at if $size == 0;
        last if $size < 8 || $at + $size > $end || $type !~ /^[\w \xa9-]{4}$/;
        push @found, [$at, $size, $type, $parent];
        push @found, boxes($bytes, $at + 8, $at + $size, $at, $depth + 1) if $holds_boxes{$type};
        $at += $size;
    }
    return @found;
}

sub pick { my ($wanted, @boxes) = @_; my @fitting = grep { $_->[2] =~ $wanted } @boxes; return @fitting ? one_of(@fitting) : undef }
sub resize {
    my ($bytes, $box, $size) = @_;
    substr($$bytes, $box->[0], 4) = pack 'N', $size & 0xffffffff;
    return "$box->[2] at $box->[0]: $box->[1] becomes $size";
}
# Everything around a box grows with it, so that the damage is where it is meant to be and nowhere else.
sub grow {
    my ($bytes, $parent, $by, @boxes) = @_;
    while ($parent >= 0) {
        my ($box) = grep { $_->[0] == $parent } @boxes;
        last unless $box;
        substr($$bytes, $parent, 4) = pack 'N', ($box->[1] + $by) & 0xffffffff;
        $parent = $box->[3];
    }
}
# On boxes that fit; a file without one is left as it is.
sub on {
    my ($wanted, $damage) = @_;
    return sub { my ($b, @x) = @_; my $p = pick($wanted, @x); return $p ? $damage->($b, $p, @x) : 'no such box' };
}

sub kinds {
    return (
        [longer_box => on(qr/./, sub { my ($b, $p) = @_; resize($b, $p, $p->[1] + 1 + random(1 << (1 + random(28)))) })],
        [shorter_box => on(qr/./, sub { my ($b, $p) = @_; resize($b, $p, random($p->[1])) })],
        [wild_box => on(qr/./, sub { my ($b, $p) = @_; resize($b, $p, one_of(0, 1, 7, 8, 0x7fffffff, 0x80000000, 0xffffffff)) })],
        [long_form_box => on(qr/./, sub {
            my ($b, $p) = @_; return 'too short' if $p->[1] < 16;
            my $size = one_of(0, 15, 16, 1 << 32, 1 << 62, (1 << 63) - 1, -1);
            resize($b, $p, 1); substr($$b, $p->[0] + 8, 8) = pack 'q>', $size; "$p->[2] at $p->[0]: 64 bits say $size"
        })],
        [flipped_index => on($index, sub { my ($b, $p) = @_; flip($b, $p->[0], $p->[1], 1 + random(24)) })],
        [flipped_media => on(qr/^mdat$/, sub { my ($b, $p) = @_; flip($b, $p->[0] + 8, $p->[1] - 8, 1 + random(200)) })],
        [wild_number => on($index, sub {
            my ($b, $p) = @_; return 'too short' if $p->[1] < 16;
            my $at = $p->[0] + 8 + 4 * random(int(($p->[1] - 8) / 4));
            substr($$b, $at, 4) = pack 'N', wild_integer(4); "in $p->[2] at $at"
        })],
        [wild_count => on(qr/^(?:stts|ctts|stss|stsc|stco|co64|elst|stsz|trun|stsd|dref)$/, sub {
            my ($b, $p) = @_; my $at = $p->[0] + 8 + $tables{ $p->[2] }[0];
            return 'too short' if $at + 4 > $p->[0] + $p->[1];
            my $count = wild_integer(4); substr($$b, $at, 4) = pack 'N', $count; "$p->[2] at $p->[0] counts $count"
        })],
        [wild_entries => on(qr/^(?:stts|ctts|stss|stsc|stco|co64|elst|stsz|trun)$/, sub {
            my ($b, $p) = @_; my ($before, $entry) = @{ $tables{ $p->[2] } };
            my $first = $p->[0] + 12 + $before; my $entries = int(($p->[0] + $p->[1] - $first) / $entry);
            return 'empty table' if $entries < 1;
            my $times = 1 + random(8);
            substr($$b, $first + $entry * random($entries) + 4 * random($entry / 4), 4) = pack 'N', wild_integer(4) for 1 .. $times;
            "$times of $entries in $p->[2] at $p->[0]"
        })],
        [renamed_box => on(qr/./, sub {
            my ($b, $p) = @_; my $name = one_of(sort(keys %holds_boxes), sort(keys %tables), 'mdat', 'cmov', 'sidx', 'senc', 'meta', "\0\0\0\0");
            substr($$b, $p->[0] + 4, 4) = $name; "$p->[2] at $p->[0] is called $name"
        })],
        [removed_box => on(qr/./, sub {
            my ($b, $p, @x) = @_; grow($b, $p->[3], -$p->[1], @x); cut_out($b, $p->[0], $p->[1]); "$p->[2] at $p->[0]"
        })],
        [doubled_box => on(qr/^(?!mdat)/, sub {
            my ($b, $p, @x) = @_; my $times = 1 + random(one_of(2, 2, 300));
            $times = 1 if $times * $p->[1] > 4_000_000;
            grow($b, $p->[3], $times * $p->[1], @x);
            put_in($b, $p->[0], substr($$b, $p->[0], $p->[1]) x $times); "$p->[2] at $p->[0], $times more"
        })],
        [moved_box => on(qr/^(?!mdat)/, sub {
            my ($b, $p, @x) = @_; my ($q) = pick(qr/^(?:moov|trak|mdia|minf|stbl|udta|moof|traf)$/, grep { $_->[0] < $p->[0] } @x);
            return 'nowhere to go' unless $q;
            # Only what lies behind the target moves, so every offset used stays true.
            my $inside = $q->[0] + $q->[1] > $p->[0];
            grow($b, $p->[3], -$p->[1], @x) unless $inside;
            my $piece = cut_out($b, $p->[0], $p->[1]);
            grow($b, $q->[0], length $piece, @x) unless $inside;
            put_in($b, $q->[0] + 8, $piece); "$p->[2] at $p->[0] into $q->[2] at $q->[0]"
        })],
        [nested_box => on(qr/^(?:moov|trak|mdia|minf|stbl|udta|moof)$/, sub {
            my ($b, $p, @x) = @_; my $times = 1 << random(13); my ($head, $size) = ('', $p->[1] + 8 * $times);
            grow($b, $p->[3], 8 * $times, @x);
            for (1 .. $times) { $head .= pack 'N a4', $size, $p->[2]; $size -= 8 }
            put_in($b, $p->[0], $head); "$p->[2] at $p->[0], $times deep"
        })],
        # Faster clocks alone: one that ticks once a second makes an hour of slides out of a second of film, which is then
        # measured as such. That is work (16 s of it for four hours), and no damage.
        [wild_timescale => on(qr/^(?:mvhd|mdhd)$/, sub {
            my ($b, $p) = @_; my $scale = one_of(0, 1_000_000, 1_000_000_000, 0x7fffffff, 0x80000000, 0xffffffff);
            return 'too short' if $p->[1] < 32;
            substr($$b, $p->[0] + 20, 4) = pack 'N', $scale; "$p->[2] at $p->[0] has $scale ticks a second"
        })],
        [foreign_codec => on(qr/^stsd$/, sub {
            my ($b, $p) = @_; return 'too short' if $p->[1] < 24;
            my $name = one_of(qw(avc1 hvc1 hev1 vp08 vp09 av01 mp4v jpeg png raw apch dvc svq1 SVQ3 cvid rle mp4a alac ac-3 ec-3 Opus fLaC samr sawb sowt twos ulaw ima4 .mp3 encv enca));
            substr($$b, $p->[0] + 20, 4) = substr("$name   ", 0, 4); "stsd at $p->[0] says $name"
        })],
        [wild_size => on(qr/^(?:tkhd|stsd)$/, sub {
            my ($b, $p) = @_; my $at = $p->[2] eq 'tkhd' ? $p->[0] + $p->[1] - 8 : $p->[0] + 16 + 32;
            return 'too short' if $at + 4 > $p->[0] + $p->[1];
            my ($w, $h) = (wild_integer(2), wild_integer(2));
            substr($$b, $at, 4) = pack 'n2', $w, $h; "$p->[2] at $p->[0]: $w x $h"
        })],
    );
}
1;
