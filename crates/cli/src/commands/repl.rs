//! `priorart repl`: searching in a session.

use anyhow::Result;
use priorart_corpus::PatentNumber;
use priorart_query::{Condition, Query, SearchOptions, SearchResult, Searcher, Sort, parse_with};
use rustyline::error::ReadlineError;

use crate::args::{HitFormat, ReplArgs};
use crate::asked::{self, rendered};
use crate::commands::{search, show};
use crate::engine;
use crate::line_editor::{self, Editor};
use crate::outcome::Outcome;
use crate::settings::Settings;

const HELP: &str = "\
a query       searches; its result is S1, S2 and so on, to be combined: S1 AND S2 NOT cpc:H01M
:open N       shows hit N of the last result           :next      shows the next hits
:like N…      searches from hits                       :explain   switches reasons on and off
:more N…      moves the last query towards hits        :mode M    hybrid, keyword or semantic
:less N…      moves it away from them                  :sort S    score, date or number
:export FILE  writes the last result: .csv .json .jsonl .ris .bib .html
:sets         lists what was searched for              :limit N   hits that are shown, and exported
:quit         ends the session (so does Ctrl-D)";

/// A session and what was found in it.
struct Session<'a> {
    settings: &'a Settings,
    searcher: Searcher<'a>,
    options: SearchOptions,
    /// Queries, and what they stand for in later ones.
    sets: Vec<(String, Condition)>,
    query: Query,
    result: SearchResult,
}

/// Reads queries and commands until the end.
pub(crate) fn run(settings: &Settings, args: &ReplArgs) -> Result<Outcome> {
    let store = engine::open(settings, &args.engine)?;
    let model = asked::model(settings, &*store)?;
    let mut session = Session {
        settings,
        searcher: asked::equipped(Searcher::on(store.engine()), model.as_ref(), None),
        options: SearchOptions::default(),
        sets: Vec::new(),
        query: Query::default(),
        result: SearchResult::default(),
    };
    let mut editor = line_editor::open()?;
    settings.note("type a query, or :help");
    while let Some(line) = next_line(&mut editor, session.sets.len() + 1)? {
        match session.answer(line.trim()) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => println!("error: {error:#}"),
        }
    }
    line_editor::save(&mut editor);
    Ok(Outcome::Done)
}

/// A line; Ctrl-C gives up the line that is being typed, Ctrl-D the session.
fn next_line(editor: &mut Editor, number: usize) -> Result<Option<String>> {
    loop {
        match editor.readline(&format!("S{number}> ")) {
            Ok(line) => {
                editor.add_history_entry(&line)?;
                return Ok(Some(line));
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
    }
}

impl Session<'_> {
    /// Answers a line; false ends the session.
    fn answer(&mut self, line: &str) -> Result<bool> {
        let Some(command) = line.strip_prefix(':') else {
            if !line.is_empty() {
                self.search(line)?;
            }
            return Ok(true);
        };
        let mut words = command.split_whitespace();
        let name = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        match (name, rest.as_slice()) {
            ("quit" | "q", []) => return Ok(false),
            ("help", []) => println!("{HELP}"),
            ("sets", []) => self.list(),
            ("next", []) => self.next()?,
            ("explain", []) => {
                self.options.explain = !self.options.explain;
                println!("explain is {}", if self.options.explain { "on" } else { "off" });
            }
            ("open", [number]) => self.open(number)?,
            ("mode", [mode]) => self.options.mode = choice(mode)?,
            ("sort", [sort]) => self.sort(sort)?,
            ("limit", [limit]) => self.limit(limit)?,
            ("export", [path]) => self.export(path)?,
            ("like", numbers @ [_, ..]) => {
                let numbers = self.numbers(numbers)?;
                self.start_anew();
                self.options.like = numbers;
                self.run(Query::default())?;
            }
            ("more", numbers @ [_, ..]) => {
                let more = self.numbers(numbers)?;
                self.options.more.extend(more);
                self.options.offset = 0;
                self.again()?;
            }
            ("less", numbers @ [_, ..]) => {
                let less = self.numbers(numbers)?;
                self.options.less.extend(less);
                self.options.offset = 0;
                self.again()?;
            }
            _ => anyhow::bail!("there is no command :{command}; :help lists them"),
        }
        Ok(true)
    }

    fn search(&mut self, line: &str) -> Result<()> {
        let sets: Vec<Condition> = self.sets.iter().map(|(_, condition)| condition.clone()).collect();
        let query = parse_with(line, &sets).map_err(|error| rendered(&error, line))?;
        self.start_anew();
        self.run(query.clone())?;
        self.sets.push((line.to_owned(), query.as_condition()));
        Ok(())
    }

    /// Forgets the patents that the last search started from, or was moved by, and its page.
    fn start_anew(&mut self) {
        self.options.like.clear();
        self.options.more.clear();
        self.options.less.clear();
        self.options.offset = 0;
    }

    fn again(&mut self) -> Result<()> {
        self.run(self.query.clone())
    }

    fn next(&mut self) -> Result<()> {
        self.options.offset += self.options.limit;
        self.again()
    }

    fn run(&mut self, query: Query) -> Result<()> {
        let result = asked::search_with(&self.searcher, &query, &self.options)?;
        for warning in &result.warnings {
            self.settings.note(format!("warning: {warning}"));
        }
        let format = if self.settings.json { HitFormat::Jsonl } else { HitFormat::Table };
        search::print(format, &[], &query, &result)?;
        if result.hits.is_empty() {
            println!("nothing was found");
        }
        (self.query, self.result) = (query, result);
        Ok(())
    }

    fn list(&self) {
        for (at, (typed, _)) in self.sets.iter().enumerate() {
            println!("S{}  {typed}", at + 1);
        }
    }

    /// The numbers of hits of the last result by their ranks.
    fn numbers(&self, ranks: &[&str]) -> Result<Vec<PatentNumber>> {
        let hit = |rank: &&str| {
            let found = self.result.hits.iter().find(|hit| hit.rank.to_string() == *rank);
            found.ok_or_else(|| anyhow::anyhow!("the last result has no hit {rank}"))
        };
        ranks.iter().map(|rank| Ok(hit(rank)?.number.parse()?)).collect()
    }

    fn open(&self, rank: &str) -> Result<()> {
        let number = self.numbers(&[rank])?.remove(0);
        show::show(self.settings, self.searcher.engine(), &number, false)?;
        Ok(())
    }

    fn sort(&mut self, sort: &str) -> Result<()> {
        self.options.sort = match sort {
            "score" => Sort::Score,
            "date" => Sort::Date,
            "number" => Sort::Number,
            _ => anyhow::bail!("sort by score, date or number"),
        };
        Ok(())
    }

    fn limit(&mut self, limit: &str) -> Result<()> {
        let hits = limit.parse().ok().filter(|hits| *hits > 0);
        self.options.limit = hits.ok_or_else(|| anyhow::anyhow!("write how many hits: :limit 50"))?;
        Ok(())
    }

    fn export(&self, path: &str) -> Result<()> {
        use priorart_query::render;
        let hits = &self.result.hits;
        let text = match path.rsplit_once('.').map(|(_, extension)| extension) {
            Some("csv") => render::csv(hits, &[]),
            Some("json") => render::json(&self.result, &[])?,
            Some("jsonl") => render::json_lines(hits, &[])?,
            Some("ris") => render::ris(hits),
            Some("bib") => render::bibtex(hits),
            Some("html") => render::html(&self.query.to_string(), &self.result),
            _ => anyhow::bail!("name a file that ends in .csv .json .jsonl .ris .bib or .html"),
        };
        fs_err::write(path, text)?;
        println!("{} hits are in {path}", hits.len());
        Ok(())
    }
}

fn choice(mode: &str) -> Result<priorart_query::Mode> {
    use clap::ValueEnum;
    let mode = crate::args::ModeArg::from_str(mode, true);
    Ok(mode.map_err(|_| anyhow::anyhow!("the modes are hybrid, keyword and semantic"))?.into())
}
