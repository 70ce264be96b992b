/// The page's only style sheet. System fonts, two themes, no script, nothing loaded from anywhere.
package enum ReportStyle {
    /// The colours by day.
    package static let light = """
        --page:#f6f6f3;--card:#fff;--ink:#1c1e24;--soft:#5c616b;--line:#e3e3de;--fill:#ecece7;\
        --accent:#2d55c8;--match:#b9480e;--matchfill:rgba(214,94,24,.16);--good:#17734a;--bad:#b02a1c;--warn:#8f5a00;\
        --badfill:#fbeae7;--goodfill:#e5f3ec;--warnfill:#f8efdc;--still:#6d7786
        """

    /// The colours by night.
    package static let dark = """
        --page:#131419;--card:#1b1d24;--ink:#e8e9ed;--soft:#9ba1ae;--line:#2c2f39;\
        --fill:#282b34;--accent:#8fabff;--match:#ff9a5c;--matchfill:rgba(255,140,70,.2);--good:#6fd3a2;--bad:#ff8f80;\
        --warn:#e8b75c;--badfill:#3b211f;--goodfill:#17322a;--warnfill:#362b16;--still:#8b95a5
        """

    package static let css = """
        :root{color-scheme:light dark;\(light)}
        @media (prefers-color-scheme:dark){:root{\(dark)}}
        *{box-sizing:border-box}
        html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
        @media (prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
        body{margin:0;background:var(--page);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,\
        "Helvetica Neue","Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
        main,.top,footer{max-width:1160px;margin:0 auto;padding:0 24px}
        a{color:var(--accent);text-decoration:none}a:hover{text-decoration:underline}
        :focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:4px}
        .skip{position:absolute;left:-999px}.skip:focus{left:16px;top:8px;background:var(--card);padding:6px 12px}
        .top{padding-top:36px}
        .brand{display:flex;align-items:center;gap:10px;color:var(--soft);font-weight:600;letter-spacing:.02em}
        .brand svg{width:30px;height:30px;color:var(--accent)}
        h1{font-size:30px;line-height:1.2;letter-spacing:-.015em;margin:14px 0 2px;font-weight:650;overflow-wrap:anywhere}
        h2{font-size:20px;letter-spacing:-.01em;margin:44px 0 6px;font-weight:650}
        h3{font-size:16px;margin:0;font-weight:650;overflow-wrap:anywhere}
        h4{font-size:13px;margin:22px 0 8px;color:var(--soft);font-weight:600}
        p{margin:0 0 10px}.lead,.soft{color:var(--soft)}small,.small{font-size:13px}
        nav ul{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;padding:0;margin:16px 0 0}
        .stats{display:grid;grid-template-columns:repeat(auto-fit,minmax(126px,1fr));gap:1px;margin:26px 0 0;background:var(--card);\
        border:1px solid var(--line);border-radius:12px;overflow:hidden}
        .stats div{padding:14px 18px;box-shadow:0 0 0 1px var(--line)}
        .stats dt{color:var(--soft);font-size:13px}.stats dd{margin:2px 0 0;font-size:24px;font-weight:600;letter-spacing:-.01em}
        .card{background:var(--card);border:1px solid var(--line);border-radius:12px;margin:14px 0}
        .scroll{overflow-x:auto}
        table{border-collapse:collapse;width:100%}
        caption{text-align:left;color:var(--soft);font-size:13px;padding:0 0 6px}
        th,td{padding:10px 14px;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
        thead th{border-top:0;color:var(--soft);font-size:13px;font-weight:500;white-space:nowrap}
        tbody th{font-weight:600;overflow-wrap:anywhere}
        .n{text-align:right;white-space:nowrap}
        table.plain th,table.plain td{padding-left:0;padding-right:20px}
        .creators td,.creators th{vertical-align:middle}.creators tbody th{min-width:130px}.scroll .plain{min-width:640px}
        .score{display:flex;align-items:center;gap:12px;white-space:nowrap}.score b{min-width:2.6em;text-align:right;font-size:17px}
        .pill{display:inline-block;font-size:12px;line-height:1.6;padding:0 9px;border-radius:99px;background:var(--fill);\
        color:var(--soft);font-weight:500;white-space:nowrap}
        .pill.bad{background:var(--badfill);color:var(--bad)}.pill.warn{background:var(--warnfill);color:var(--warn)}\
        .pill.good{background:var(--goodfill);color:var(--good)}
        .minus{color:var(--bad)}.plus{color:var(--good)}.zero{color:var(--soft)}
        .points td:first-child{font-weight:650;font-size:16px;width:4.2em}
        .why{max-width:62ch}.why .advice{color:var(--soft);font-size:13px;display:block}
        details>summary{cursor:pointer;list-style-position:outside}
        .ids summary{list-style-position:inside;color:var(--soft);font-size:13px;white-space:nowrap}.ids code{display:block}
        code{font:12px/1.6 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
        .creator>summary{display:flex;align-items:center;gap:8px 14px;flex-wrap:wrap;padding:16px 20px;list-style:none}
        .creator>summary::-webkit-details-marker{display:none}
        .creator>summary::before{content:"";border:5px solid transparent;border-left:6px solid var(--soft);margin-right:-6px;\
        transition:transform .12s}
        .creator[open]>summary::before{transform:rotate(90deg) translateX(2px)}
        .creator>summary .big{font-size:20px;font-weight:650;margin-left:auto}
        .inside{padding:0 20px 20px;border-top:1px solid var(--line)}
        .wall{display:grid;grid-template-columns:repeat(auto-fill,minmax(164px,1fr));gap:22px 16px;list-style:none;margin:0;padding:0}
        .wall li,.group li{min-width:0}
        .shot{display:block;position:relative;background:var(--fill);border-radius:8px;overflow:hidden;aspect-ratio:1}
        .shot img{width:100%;height:100%;object-fit:contain;display:block}
        .where{position:absolute;inset:0;width:100%;height:100%}.where polygon{fill:none;stroke:#fcf078;stroke-width:2;\
        stroke-linejoin:round;vector-effect:non-scaling-stroke}.where .under{stroke:#000;stroke-width:4}
        .shot .none{position:absolute;inset:0;display:grid;place-items:center;color:var(--soft);font-size:12px;text-align:center;padding:8px}
        .shot time,.shot .len{position:absolute;right:6px;bottom:6px;background:rgba(10,11,14,.78);color:#fff;font-size:11px;\
        line-height:1;padding:3px 5px;border-radius:4px}
        .wall .name{font-weight:600;font-size:14px;margin:8px 0 0;overflow-wrap:anywhere}
        .facts{display:grid;grid-template-columns:auto 1fr;gap:0 12px;font-size:13px;margin:4px 0 0}
        .facts dt{color:var(--soft)}.facts dd{margin:0;text-align:right}
        svg{display:block}.line{width:100%;height:8px;margin:6px 0 2px}
        .groups{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:14px;margin:14px 0}
        .groups .card{margin:0}.groups .long{grid-column:1/-1}
        .group{display:flex;gap:14px;flex-wrap:wrap;list-style:none;padding:0;margin:0}.group li{width:132px;font-size:13px;overflow-wrap:anywhere}
        .group .shot{margin-bottom:4px}
        .match{padding:18px 20px 20px;scroll-margin-top:12px}
        .match header{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:baseline;margin-bottom:12px}
        .match header p{margin:0;width:100%;color:var(--soft);font-size:13px}
        .lane{display:grid;grid-template-columns:1fr auto;gap:0 12px;font-size:13px}
        .lane b{font-weight:600;overflow-wrap:anywhere}.lane span{color:var(--soft);white-space:nowrap}
        .link{width:100%;height:64px;margin:4px 0}
        .pairs{display:grid;grid-template-columns:repeat(auto-fill,minmax(236px,1fr));gap:14px;list-style:none;margin:14px 0 0;padding:0}
        .pair{display:grid;grid-template-columns:1fr 1fr;gap:2px;border-radius:8px;overflow:hidden}
        .pair .shot{border-radius:0}
        .pairs li>span{display:block;font-size:12px;color:var(--soft);margin-top:3px}
        .nums{display:flex;flex-wrap:wrap;gap:10px 30px;margin:16px 0 0;font-size:13px}
        .nums dt{color:var(--soft)}.nums dd{margin:0;font-weight:600;overflow-wrap:anywhere}
        .nums .wide{width:100%}.nums .wide dd{font-weight:400}
        .empty{padding:22px;color:var(--soft);text-align:center;margin:14px 0}
        .flag{border-left:3px solid var(--warn);background:var(--warnfill);padding:8px 14px;border-radius:0 8px 8px 0;margin:14px 0 0;font-size:14px}
        footer{color:var(--soft);font-size:13px;padding-top:40px;padding-bottom:48px}
        footer dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px;margin:10px 0 0}footer dd{margin:0;overflow-wrap:anywhere}
        .v{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
        .track{fill:var(--fill)}.on{fill:var(--accent)}.low{fill:var(--bad)}.mid{fill:var(--warn)}
        .still{fill:var(--still)}.hit{fill:var(--match)}.bridge{fill:var(--matchfill)}
        .moment{stroke:var(--card);stroke-width:1.5}.path{fill:none;stroke:var(--accent);stroke-width:1.5}.base{stroke:var(--line);stroke-width:1}
        @media (max-width:640px){main,.top,footer{padding-left:14px;padding-right:14px}h1{font-size:24px}th,td{padding:8px 10px}}
        @media print{body{background:#fff}.card{break-inside:avoid}nav{display:none}}
        """
}
